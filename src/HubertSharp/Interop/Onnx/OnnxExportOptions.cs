using HubertSharp.Models;

namespace HubertSharp.Interop.Onnx;

/// <summary>What an ONNX model gives.</summary>
public sealed record OnnxExportOptions
{
    /// <summary>
    /// Layers that become outputs, counted from 1; null for all, and for CTC models none beside the logits. Nothing deeper is computed.
    /// </summary>
    public IReadOnlyList<int>? Layers { get; init; }

    /// <summary>Centroids [clusters, width] over one layer: the model then gives units.</summary>
    public float[]? Centroids { get; init; }

    /// <summary>What "layer N" means.</summary>
    public FeatureConvention Convention { get; init; }

    /// <summary>Matrix products in 8 bits: weights per output channel beforehand, activations as they come.</summary>
    public bool Int8 { get; init; }
}
