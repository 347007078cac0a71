namespace HubertSharp.Tensors;

/// <summary>One parameter and its place in the flat buffers.</summary>
/// <param name="Name">fairseq's name.</param>
/// <param name="Shape">Sizes as fairseq stores them.</param>
/// <param name="Offset">First element in the flat buffers.</param>
/// <param name="Count">Elements.</param>
/// <param name="KeepFloat32">Computed with in float32 whatever the precision: norms, embeddings, statistics.</param>
/// <param name="Group">
/// Number, from 0, of the parameters that an update may leave without a gradient together: an encoder layer for layer drop, or what a
/// fine-tuning freezes at its start. Null for those that every update reaches.
/// </param>
internal sealed record ParameterInfo(string Name, IReadOnlyList<long> Shape, long Offset, long Count, bool KeepFloat32, int? Group = null);
