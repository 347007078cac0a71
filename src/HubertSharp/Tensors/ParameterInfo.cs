using System.Globalization;

namespace HubertSharp.Tensors;

/// <summary>One parameter and its place in the flat buffers.</summary>
/// <param name="Name">fairseq's name.</param>
/// <param name="Shape">Sizes as fairseq stores them.</param>
/// <param name="Offset">First element in the flat buffers.</param>
/// <param name="Count">Elements.</param>
/// <param name="KeepFloat32">Computed with in float32 whatever the precision: norms, embeddings, statistics.</param>
public sealed record ParameterInfo(string Name, IReadOnlyList<long> Shape, long Offset, long Count, bool KeepFloat32)
{
    private const string LayerPrefix = "encoder.layers.";

    /// <summary>Index of the encoder layer that it belongs to, or null.</summary>
    public int? EncoderLayer { get; } = Name.StartsWith(LayerPrefix, StringComparison.Ordinal)
        ? int.Parse(Name.AsSpan(LayerPrefix.Length, Name.IndexOf('.', LayerPrefix.Length) - LayerPrefix.Length), CultureInfo.InvariantCulture)
        : null;
}
