using HubertSharp.Evaluation.Probe;
using HubertSharp.Features.Hubert;
using HubertSharp.Interop;
using HubertSharp.Models;
using HubertSharp.Runs;

namespace HubertSharp.Probing;

/// <summary>
/// The hidden states of a model as s3prl's upstream gives them: what the first layer is given, and every layer's output. Unlike there,
/// utterances are computed one by one, so that nothing depends on what else is in a batch.
/// </summary>
internal sealed class ModelStates : IHiddenStates
{
    private readonly HubertModel _model;
    private readonly HubertFeatureExtractor _extractor;

    private ModelStates(HubertModel model, ModelSpec spec, string name, string kind, string identity)
    {
        (_model, _extractor) = (model, new HubertFeatureExtractor(model));
        (Name, Kind, Identity) = (name, kind, identity);
        Layers = spec.Layers.Count > 0 ? spec.Layers : [.. Enumerable.Range(0, _extractor.Layers + 1)];
        if (Layers.Max() <= _extractor.Layers)
            return;
        model.Dispose();
        throw HubertFeatureFaults.NoSuchLayer(spec.Path, Layers.Max(), _extractor.Layers);
    }

    public string Name { get; }

    public string Kind { get; }

    public string Identity { get; }

    public IReadOnlyList<int> Layers { get; }

    public int Dimensions => _extractor.Dimensions;

    public double FrameRate => _extractor.FrameRate;

    /// <exception cref="UserException">No model there, damaged, or without such a layer.</exception>
    public static ModelStates Trained(ModelSpec spec, ProbingOptions options)
    {
        var portable = ModelReader.Read(spec.Path);
        return new ModelStates(portable.Build(options.Precision), spec, NameOf(spec), "trained",
            $"{ModelIdentity.Of(portable)}, {options.Precision}, layers {string.Join(',', spec.Layers)}");
    }

    /// <summary>A model of the same configuration that was never trained.</summary>
    /// <exception cref="UserException">No model there, damaged, or without such a layer.</exception>
    public static ModelStates Untrained(ModelSpec spec, ProbingOptions options)
    {
        var model = ModelReader.Read(spec.Path).Build(options.Precision);
        model.Initialise((ulong)options.Seed);
        return new ModelStates(model, spec, $"random weights ({NameOf(spec)})", "random",
            $"{HubertSource.ArchitectureOf(spec)}, seed {options.Seed}, {options.Precision}, layers {string.Join(',', spec.Layers)}");
    }

    private static string NameOf(ModelSpec spec) =>
        spec.Path.TrimEnd('/') + (spec.Layers.Count > 0 ? $":{string.Join(',', spec.Layers)}" : "");

    public int Frames(long samples) => _extractor.Frames(samples);

    public IReadOnlyList<float[]> Compute(float[] samples)
    {
        var all = _extractor.HiddenStates(samples);
        return [.. Layers.Select(layer => all[layer])];
    }

    public void Dispose() => _model.Dispose();
}
