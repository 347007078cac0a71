namespace HubertSharp.Models;

/// <summary>What a parameter of a configuration looks like before it has a place.</summary>
/// <param name="Name">fairseq's name.</param>
/// <param name="Shape">Sizes.</param>
/// <param name="Initial">How it is drawn.</param>
/// <param name="Scale">Standard deviation, bound or constant, as <paramref name="Initial"/> says.</param>
/// <param name="KeepFloat32">See <see cref="ParameterInfo"/>.</param>
internal sealed record ParameterSpec(string Name, long[] Shape, InitialDraw Initial, double Scale, bool KeepFloat32 = false)
{
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);
}

internal enum InitialDraw
{
    /// <summary>Every element is the scale.</summary>
    Constant,

    /// <summary>Normal with mean 0 and the scale as standard deviation.</summary>
    Normal,

    /// <summary>Uniform in −scale .. scale.</summary>
    Symmetric,

    /// <summary>Uniform in 0 .. scale.</summary>
    Positive,

    /// <summary>Norm of the direction <c>weight_v</c>, which directly follows, per kernel position.</summary>
    WeightNorm,
}
