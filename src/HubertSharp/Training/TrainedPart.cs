using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Tensors;
using HubertSharp.Training.Updates;
using static TorchSharp.torch;

namespace HubertSharp.Training;

/// <summary>
/// What one optimizer trains. HuBERT is one part; a generator and its discriminators are two, which every update computes and changes
/// one after the other. The parameters belong to the model.
/// </summary>
internal sealed class TrainedPart : IDisposable
{
    /// <summary>Every run has a part of this name, its first.</summary>
    public const string First = "model";

    /// <param name="name">Names its files and metrics; the first is <see cref="First"/>, whose files and metrics bear no name.</param>
    /// <param name="parameters">What is trained.</param>
    /// <param name="optimizer">Adam's settings.</param>
    /// <param name="schedule">The learning rate's.</param>
    public TrainedPart(string name, ParameterStore parameters, OptimizerConfig optimizer, LrSchedulerConfig schedule)
    {
        Name = name;
        Parameters = parameters;
        Optimizer = new FairseqAdam(parameters, optimizer);
        Schedule = LearningRateSchedule.Of(schedule);
    }

    public string Name { get; }

    public ParameterStore Parameters { get; }

    public FairseqAdam Optimizer { get; }

    public LearningRateSchedule Schedule { get; init; }

    /// <summary>
    /// float32 tensors beside the parameters that a checkpoint must hold and no gradient changes, as moving averages are; they belong
    /// to the model.
    /// </summary>
    public IReadOnlyDictionary<string, Tensor> Buffers { get; init; } = new Dictionary<string, Tensor>();

    /// <summary>Writes into a checkpoint what a reader needs beside the tensors.</summary>
    public Action<string> Describe { get; init; } = static _ => { };

    /// <summary>What of the parameters lies in a file of its own beside the other weights; null for nothing.</summary>
    public SideWeights? Side { get; init; }

    public string WeightsFile => $"{Name}.safetensors";

    public string OptimizerFile => Name == First ? CheckpointFiles.Optimizer : $"{Name}.{CheckpointFiles.Optimizer}";

    /// <summary>What its own metrics (norm, clipping) end in.</summary>
    public string Suffix => Name == First ? "" : $"_{Name}";

    public void Dispose() => Optimizer.Dispose();
}

/// <summary>Parameters that a checkpoint keeps in a file of their own, so that the other file is that of a model without them.</summary>
/// <param name="FileName">Of the file in the checkpoint's folder.</param>
/// <param name="Names">Name of the parameter → its name in that file.</param>
/// <param name="Metadata">What the file says beside the tensors.</param>
internal sealed record SideWeights(
    string FileName, IReadOnlyDictionary<string, string> Names, IReadOnlyDictionary<string, string> Metadata);
