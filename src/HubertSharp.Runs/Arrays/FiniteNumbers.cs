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
}
