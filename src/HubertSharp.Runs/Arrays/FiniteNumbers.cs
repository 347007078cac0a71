using System.Numerics;

namespace HubertSharp.Runs.Arrays;

/// <summary>Finds NaN and infinity among numbers.</summary>
public static class FiniteNumbers
{
    /// <summary>The index of the first number that is not finite, or -1.</summary>
    public static int IndexOfOther(ReadOnlySpan<float> values)
    {
        // NaN and infinity times 0 are NaN, which stays in every sum
        var sum = Vector<float>.Zero;
        var i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
            sum += new Vector<float>(values[i..]) * 0f;
        if (Vector.Sum(sum) == 0)
        {
            while (i < values.Length && float.IsFinite(values[i]))
                i++;
            return i < values.Length ? i : -1;
        }
        for (i = 0; float.IsFinite(values[i]);)
            i++;
        return i;
    }

    /// <summary>The index of the first number that is not finite as float32, or -1.</summary>
    public static int IndexOfOther(ReadOnlySpan<double> values)
    {
        var i = 0;
        while (i < values.Length && float.IsFinite((float)values[i]))
            i++;
        return i < values.Length ? i : -1;
    }

    /// <summary>The index of the first number of 16 bits whose exponent is all ones, as that of NaN and infinity is, or -1.</summary>
    /// <param name="bits">The numbers' bits.</param>
    /// <param name="exponent">Those of the exponent: 0x7c00 in float16, 0x7f80 in bfloat16.</param>
    public static int IndexOfOther(ReadOnlySpan<ushort> bits, ushort exponent)
    {
        var mask = new Vector<ushort>(exponent);
        var i = 0;
        while (i <= bits.Length - Vector<ushort>.Count && !Vector.EqualsAny(new Vector<ushort>(bits[i..]) & mask, mask))
            i += Vector<ushort>.Count;
        while (i < bits.Length && (bits[i] & exponent) != exponent)
            i++;
        return i < bits.Length ? i : -1;
    }
}
