namespace HubertSharp.Tensors;

/// <summary>What a parameter of a configuration looks like before it has a place.</summary>
/// <param name="Name">fairseq's name.</param>
/// <param name="Shape">Sizes.</param>
/// <param name="KeepFloat32">See <see cref="ParameterInfo"/>.</param>
/// <param name="Group">See <see cref="ParameterInfo"/>.</param>
internal sealed record ParameterSpec(string Name, long[] Shape, bool KeepFloat32 = false, int? Group = null)
{
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);
}
