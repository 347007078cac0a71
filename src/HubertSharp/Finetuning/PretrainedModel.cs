using HubertSharp.Interop;
using HubertSharp.Models;
using HubertSharp.Models.Ctc;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Runs.Labels;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Finetuning;

/// <summary>
/// What a fine-tuning begins with: the architecture, from the run's own newest checkpoint where it has one, else from
/// <c>model.w2v_path</c>; and the weights of the latter, in whatever form it lies.
/// </summary>
internal sealed class PretrainedModel
{
    private readonly string _path;
    private readonly ModelDescription _description;
    private PortableModel? _source;

    private PretrainedModel(string path, PortableModel source, bool isOwn) =>
        (_path, _description, _source) = (path, source.Description, isOwn ? null : source);

    /// <summary>Looks for the architecture.</summary>
    /// <param name="config">Names the model.</param>
    /// <param name="folder">Of the run.</param>
    /// <exception cref="Runs.UserException">No model there, or one that heard its audio otherwise.</exception>
    public static PretrainedModel Find(FinetuningConfig config, RunFolder folder)
    {
        var path = config.Model.W2vPath;
        var own = CheckpointFiles.Whole(folder.CheckpointsPath) is [.., var newest] ? newest.Path : null;
        var source = ModelReader.Read(own ?? path); // weights and sizes that belong together, before anything of those sizes is made
        if (source.Description.Task.Normalize != config.Task.Normalize)
            throw FinetuningFaults.OtherNormalisation(path, source.Description.Task.Normalize);
        return new PretrainedModel(path, source, isOwn: own is not null);
    }

    /// <summary>The model group of the fine-tuned model.</summary>
    public ModelConfig Model(FinetuningModelConfig changes) => changes.Over(_description.Model);

    /// <summary>The task group of the fine-tuned model.</summary>
    public TaskConfig Task(FinetuningTaskConfig task) => _description.Task with
    {
        Data = task.Data,
        LabelDir = task.LabelDir,
        FineTuning = true,
        Labels = task.Labels,
        Normalize = task.Normalize,
        MaxKeepSize = task.MaxKeepSize,
        MaxSampleSize = task.MaxSampleSize,
        MinSampleSize = task.MinSampleSize,
        RandomCrop = task.RandomCrop,
        PadAudio = task.Pads(),
    };

    /// <summary>Sets the weights of a new run.</summary>
    /// <param name="model">Gets them.</param>
    /// <param name="config">Says whether they are the pre-trained ones.</param>
    /// <param name="dictionary">The classes of the output layer.</param>
    /// <param name="notice">Told what was taken over and what was not.</param>
    /// <exception cref="Runs.UserException">No model there, damaged, or of another kind.</exception>
    public void Take(FinetunedModel model, FinetuningConfig config, LabelDictionary dictionary, Action<string> notice)
    {
        var (source, seed) = (_source ?? ModelReader.Read(_path), (ulong)config.Common.Seed);
        foreach (var text in source.Notices)
            notice(text);
        var head = source.Ctc is { Blank: FinetunedModel.Blank } known
            && CtcTokens.ToFairseq(known.Tokens).SequenceEqual(dictionary.Symbols) ? known : null;
        if (config.Model.NoPretrainedWeights)
        {
            model.Hubert.Initialise(seed);
            head = null;
        }
        model.Parameters.CopyFrom(info => info.Name switch
        {
            FinetunedModel.Weight => head?.Weight.ToSingles() ?? FinetunedModel.Drawn(info, seed),
            FinetunedModel.Bias => head?.Bias.ToSingles() ?? FinetunedModel.Drawn(info, seed),
            _ => config.Model.NoPretrainedWeights ? model.Parameters.Values(info) : source.Weights[info.Name].ToSingles(),
        });
        model.Hubert.CopyBuffers(name => source.Buffers[name].ToSingles());
        _source = null;
        notice(config.Model.NoPretrainedWeights
            ? $"all weights are drawn anew (model.no_pretrained_weights): {_path} gives the architecture alone"
            : head is null
                ? $"starting from the encoder of {_path}; its output layer for {dictionary.Count} classes is new"
                : $"starting from {_path}, its output layer included: it has the same symbols");
    }
}
