using HubertSharp.Runs.Arrays;

namespace HubertSharp.Runs.Pickle;

/// <summary>An array of numbers that stood in a pickle, in row-major order.</summary>
/// <param name="Shape">Sizes; empty for a single number.</param>
/// <param name="ElementType">Type of the elements in <paramref name="Data"/>.</param>
/// <param name="Data">Little-endian elements.</param>
public sealed record NumpyArray(IReadOnlyList<long> Shape, NpyElementType ElementType, ReadOnlyMemory<byte> Data)
{
    /// <summary>The elements as float32.</summary>
    public float[] ToSingles()
    {
        var values = new float[Data.Length / NpyHeader.BytesOf(ElementType)];
        NpyConversion.Convert<float>(Data.Span, ElementType, values);
        return values;
    }
}
