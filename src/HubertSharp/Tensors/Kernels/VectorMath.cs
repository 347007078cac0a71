using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HubertSharp.Tensors.Kernels;

/// <summary>Functions of vectors that .NET has none for.</summary>
internal static class VectorMath
{
    /// <summary>exp for arguments up to 0, relative error below 2e-7; below −87 it is exp(−87). NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes ExpOfNegative<TLanes>(TLanes x)
        where TLanes : struct, ILanes<TLanes>
    {
        // Max returns its NaN argument
        x = TLanes.Max(x, TLanes.Create(-87f));
        // adding and taking away 1.5 · 2^23 rounds to the nearest integer
        var shifted = TLanes.FusedMultiplyAdd(x, TLanes.Create(1.44269504f), TLanes.Create(12582912f));
        var n = shifted - TLanes.Create(12582912f);
        var r = TLanes.FusedMultiplyAdd(n, TLanes.Create(-0.693359375f), x);
        r = TLanes.FusedMultiplyAdd(n, TLanes.Create(2.12194440e-4f), r);
        var p = TLanes.FusedMultiplyAdd(r, TLanes.Create(1.3981999507e-3f), TLanes.Create(8.3334519073e-3f));
        p = TLanes.FusedMultiplyAdd(r, p, TLanes.Create(4.1665795894e-2f));
        p = TLanes.FusedMultiplyAdd(r, p, TLanes.Create(1.6666665459e-1f));
        p = TLanes.FusedMultiplyAdd(r, p, TLanes.Create(5.0000001201e-1f));
        p = TLanes.FusedMultiplyAdd(r * r, p, r) + TLanes.Create(1f);
        return p * TLanes.PowerOfTwo(shifted);
    }

    /// <summary>The largest lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MaxOf(Vector256<float> x)
    {
        var half = Vector128.Max(x.GetLower(), x.GetUpper());
        return MathF.Max(MathF.Max(half.GetElement(0), half.GetElement(1)), MathF.Max(half.GetElement(2), half.GetElement(3)));
    }
}
