using HubertSharp.Audio;
using HubertSharp.Models;
using HubertSharp.Models.Ctc;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Transcripts;
using HubertSharp.Tensors;
using TorchSharp;

namespace HubertSharp.Interop;

/// <summary>
/// A model between formats: its description, and its weights under fairseq's names in the type that they were stored in, so that
/// a conversion there and back changes no bit.
/// </summary>
public sealed class PortableModel
{
    internal PortableModel(
        ModelFormat format, string path, ModelDescription description, IReadOnlyDictionary<string, SafetensorsTensor> weights)
    {
        description.CheckSizes(path);
        if (description.Task.SampleRate != AudioFile.SampleRate)
            throw ModelFaults.OtherRate(path, $"{description.Task.SampleRate} Hz");
        // shapes are compared before anything of the described size is allocated
        var ordered = Take(path, weights, HubertParameters.Of(description.Model, description.Classes));
        var buffers = Take(path, weights, HubertBuffers.Of(description.Model));
        if (buffers.Count > 0)
            buffers.Add(HubertBuffers.Batches, weights.GetValueOrDefault(
                HubertBuffers.Batches, new SafetensorsTensor(HubertBuffers.Batches, "I64", [], new byte[sizeof(long)])));
        if (weights.Keys.FirstOrDefault(name => !ordered.ContainsKey(name) && !buffers.ContainsKey(name)) is { } surplus)
            throw TensorFaults.UnknownTensor(path, surplus);
        (Format, Path, Description, Weights, Buffers) = (format, path, description, ordered, buffers);
    }

    private static OrderedDictionary<string, SafetensorsTensor> Take(
        string path, IReadOnlyDictionary<string, SafetensorsTensor> tensors, IReadOnlyList<ParameterSpec> specs)
    {
        var taken = new OrderedDictionary<string, SafetensorsTensor>(StringComparer.Ordinal);
        foreach (var spec in specs)
        {
            if (!tensors.TryGetValue(spec.Name, out var tensor))
                throw TensorFaults.NoSuchTensor(path, spec.Name);
            if (!tensor.Shape.SequenceEqual(spec.Shape))
                throw TensorFaults.TensorShape(path, spec.Name, spec.Shape, tensor.Shape);
            if (tensor.DType is not ("F32" or "F16" or "BF16" or "F64"))
                throw InteropFaults.NotFloating(path, spec.Name, tensor.DType);
            taken.Add(spec.Name, tensor);
        }
        return taken;
    }

    /// <summary>The form that it was read from.</summary>
    public ModelFormat Format { get; }

    /// <summary>The file or folder that it was read from.</summary>
    public string Path { get; }

    /// <summary>Model group, task group and classes; no classes where the model has no prediction head.</summary>
    public ModelDescription Description { get; }

    /// <summary>By fairseq's names, in the order of its <c>model.parameters()</c>.</summary>
    public IReadOnlyDictionary<string, SafetensorsTensor> Weights { get; }

    /// <summary>What is no parameter, by fairseq's names: running statistics of a batch norm, where the model has one.</summary>
    public IReadOnlyDictionary<string, SafetensorsTensor> Buffers { get; }

    /// <summary>The symbols of each label set, the four special ones first; null where the source does not say.</summary>
    public IReadOnlyList<IReadOnlyList<string>>? Dictionaries { get; init; }

    /// <summary>The output layer of a fine-tuned model.</summary>
    public CtcHead? Ctc { get; init; }

    /// <summary>How its symbols become text; null where nobody says.</summary>
    public TextRules? Text { get; init; }

    /// <summary>How far its training had come; null where the source does not say or was not asked.</summary>
    internal TrainingState? Training { get; init; }

    /// <summary>What a person should know of the reading: what was left out or guessed.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];

    /// <summary>Whether it can go on pre-training as it is: it has label embeddings and a final projection.</summary>
    public bool HasPredictionHead => Description.Classes.Count > 0;

    /// <summary>A model in memory, its float32 masters as they are now.</summary>
    public static PortableModel Of(HubertModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new PortableModel(ModelFormat.Native, "memory", model.Describe(), model.Parameters.Infos
            .Select(info => SafetensorsTensor.Create(info.Name, info.Shape, model.Parameters.Values(info)))
            .Concat(model.Buffers.Select(buffer => ParameterFile.Stored(buffer.Key, buffer.Value)))
            .ToDictionary(tensor => tensor.Name, StringComparer.Ordinal));
    }

    /// <summary>The model to compute with; it has no gradients.</summary>
    /// <exception cref="Runs.UserException">An option that is not available here.</exception>
    public HubertModel Build(ComputePrecision precision, torch.Device? device = null)
    {
        var model = new HubertModel(Description.Model, Description.Task, Description.Classes, precision, device, trainable: false);
        model.Parameters.CopyFrom(info => Weights[info.Name].ToSingles());
        model.CopyBuffers(name => Buffers[name].ToSingles());
        return model;
    }
}
