using System.Runtime.CompilerServices;

namespace HubertSharp.Tensors.Kernels.Recurrent;

/// <summary>What the gates of a recurrent network are bent by, in vectors.</summary>
internal static class Gate
{
    private const float SeriesBelow = 0.25f;

    /// <summary>1 / (1 + exp(−x)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Sigmoid<TLanes>(TLanes x)
        where TLanes : struct, ILanes<TLanes>
    {
        var small = VectorMath.ExpOfNegative(-TLanes.Abs(x));
        var one = TLanes.Create(1f);
        return TLanes.Select(TLanes.GreaterThanOrEqual(x, TLanes.Zero), one, small) / (one + small);
    }

    /// <summary>tanh, near 0 by its series: 1 − exp(−2x) would leave few digits there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Tanh<TLanes>(TLanes x)
        where TLanes : struct, ILanes<TLanes>
    {
        var size = TLanes.Abs(x);
        var small = VectorMath.ExpOfNegative(size * -2f);
        var one = TLanes.Create(1f);
        var far = (one - small) / (one + small);
        far = TLanes.Select(TLanes.GreaterThanOrEqual(x, TLanes.Zero), far, -far);
        var square = x * x;
        var sum = TLanes.FusedMultiplyAdd(square, TLanes.Create(62f / 2835), TLanes.Create(-17f / 315));
        sum = TLanes.FusedMultiplyAdd(square, sum, TLanes.Create(2f / 15));
        sum = TLanes.FusedMultiplyAdd(square, sum, TLanes.Create(-1f / 3));
        var near = TLanes.FusedMultiplyAdd(x * square, sum, x);
        return TLanes.Select(TLanes.LessThan(size, TLanes.Create(SeriesBelow)), near, far);
    }
}
