using System.Text.Json;
using HubertSharp.Features.Hubert;
using HubertSharp.Interop;
using HubertSharp.Models;
using HubertSharp.Runs;
using HubertSharp.Tensors;

namespace HubertSharp.Evaluation.Probe;

/// <summary>Layers of a HuBERT model, as trained or with fresh random weights.</summary>
internal sealed class HubertSource : IFeatureSource
{
    private readonly HubertModel _model;
    private readonly HubertFeatureExtractor _extractor;
    private readonly IReadOnlyList<int> _layers;

    private HubertSource(HubertModel model, ModelSpec spec, bool trained)
    {
        _model = model;
        _extractor = new HubertFeatureExtractor(model);
        _layers = spec.Layers.Count > 0 ? spec.Layers : [.. Enumerable.Range(1, _extractor.Layers)];
        if (_layers.Any(layer => layer > _extractor.Layers))
        {
            model.Dispose();
            throw HubertFeatureFaults.NoSuchLayer(spec.Path, _layers.Max(), _extractor.Layers);
        }
        var (name, kind) = trained ? (spec.Path.TrimEnd('/'), "trained") : ("random weights", "random");
        Sets =
        [
            .. _layers.Select(
                layer => new FeatureSet($"{name} layer {layer}", kind, spec.Path, layer, _extractor.Dimensions, _extractor.FrameRate)),
        ];
    }

    public IReadOnlyList<FeatureSet> Sets { get; }

    /// <summary>What makes two untrained models the same: the model group, whatever concerns training alone.</summary>
    /// <exception cref="UserException">No checkpoint there, or damaged.</exception>
    public static string ArchitectureOf(ModelSpec spec)
    {
        var description = ModelReader.Describe(spec.Path);
        return JsonSerializer.Serialize(description.Model with { LabelRate = 0, LogitTemp = 1, FinalDim = 0 }, ModelDescription.Json);
    }

    /// <exception cref="UserException">No checkpoint there, damaged, or without such a layer.</exception>
    public static HubertSource Trained(ModelSpec spec, ComputePrecision precision) =>
        new(ModelReader.Read(spec.Path).Build(precision), spec, trained: true);

    /// <summary>A model of the same configuration that was never trained.</summary>
    /// <exception cref="UserException">No checkpoint there, damaged, or without such a layer.</exception>
    public static HubertSource Untrained(ModelSpec spec, ComputePrecision precision, ulong seed)
    {
        var model = ModelReader.Read(spec.Path).Build(precision);
        model.Initialise(seed);
        return new HubertSource(model, spec, trained: false);
    }

    public IReadOnlyList<float[]> Compute(float[] samples) => _extractor.Extract(samples, _layers);

    public void Dispose() => _model.Dispose();
}
