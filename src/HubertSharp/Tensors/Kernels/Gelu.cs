using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace HubertSharp.Tensors.Kernels;

/// <summary>
/// The exact (erf) GELU and its derivative in vectors. erf by Abramowitz and Stegun 7.1.26 (absolute error below 1.5e-7), which
/// needs the same exponential as the derivative's density.
/// </summary>
internal static unsafe class Gelu
{
    private const int PartLength = 1 << 15;

    /// <summary>x · Φ(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Value<TLanes>(TLanes x)
        where TLanes : struct, ILanes<TLanes> => x * Distribution(x, out _);

    /// <summary>Φ(x) + x · φ(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Slope<TLanes>(TLanes x)
        where TLanes : struct, ILanes<TLanes>
    {
        var distribution = Distribution(x, out var bell);
        return TLanes.FusedMultiplyAdd(x * 0.3989422804f, bell, distribution);
    }

    /// <summary>activation[i] = GELU(x[i]); float32 or bfloat16, both of one type.</summary>
    public static void Forward(Tensor x, Tensor activation)
    {
        var (source, target) = ((nint)TensorPointer.Any(x), (nint)TensorPointer.Any(activation));
        var brain = Lanes.IsBrain(x);
        Parts(x.numel(), (start, length) =>
        {
            if (brain)
                Forward<BFloat16Format>((void*)source, (void*)target, start, length);
            else
                Forward<Float32Format>((void*)source, (void*)target, start, length);
        });
    }

    /// <summary>x[i] becomes gradient[i] · GELU′(x[i]).</summary>
    public static void BackwardInto(Tensor x, Tensor gradient)
    {
        var (place, outer) = ((nint)TensorPointer.Any(x), (nint)TensorPointer.Any(gradient));
        var brain = Lanes.IsBrain(x);
        Parts(x.numel(), (start, length) =>
        {
            if (brain)
                Backward<BFloat16Format>((void*)place, (void*)outer, start, length);
            else
                Backward<Float32Format>((void*)place, (void*)outer, start, length);
        });
    }

    private static void Forward<TFormat>(void* source, void* target, long start, int length)
        where TFormat : struct, INumberFormat
    {
        if (Lanes.AreWide)
            Forward<TFormat, Lanes512>(source, target, start, length);
        else
            Forward<TFormat, Lanes256>(source, target, start, length);
    }

    private static void Forward<TFormat, TLanes>(void* source, void* target, long start, int length)
        where TFormat : struct, INumberFormat
        where TLanes : struct, ILanes<TLanes>
    {
        for (var i = 0; i < length; i += Lanes.Width)
            Lanes.Store<TFormat, TLanes>(Value(Lanes.Load<TFormat, TLanes>(source, start + i, length - i, 0)), target, start + i,
                length - i);
    }

    private static void Backward<TFormat>(void* place, void* gradient, long start, int length)
        where TFormat : struct, INumberFormat
    {
        if (Lanes.AreWide)
            Backward<TFormat, Lanes512>(place, gradient, start, length);
        else
            Backward<TFormat, Lanes256>(place, gradient, start, length);
    }

    private static void Backward<TFormat, TLanes>(void* place, void* gradient, long start, int length)
        where TFormat : struct, INumberFormat
        where TLanes : struct, ILanes<TLanes>
    {
        for (var i = 0; i < length; i += Lanes.Width)
        {
            var left = length - i;
            var own = Slope(Lanes.Load<TFormat, TLanes>(place, start + i, left, 0))
                * Lanes.Load<TFormat, TLanes>(gradient, start + i, left, 0);
            Lanes.Store<TFormat, TLanes>(own, place, start + i, left);
        }
    }

    private static void Parts(long count, Action<long, int> body) =>
        CpuTeam.Run(checked((int)((count + PartLength - 1) / PartLength)),
            part => body((long)part * PartLength, (int)Math.Min(PartLength, count - (long)part * PartLength)));

    /// <summary>Φ(x), and exp(−x²/2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Distribution<TLanes>(TLanes x, out TLanes bell)
        where TLanes : struct, ILanes<TLanes>
    {
        var scaled = TLanes.MinNative(TLanes.Create(20f), TLanes.Abs(x) * 0.70710678f); // beyond it Φ is 0 or 1; NaN stays
        bell = VectorMath.ExpOfNegative(-scaled * scaled);
        var t = TLanes.Inverse(TLanes.FusedMultiplyAdd(scaled, TLanes.Create(0.3275911f), TLanes.Create(1f)));
        var sum = TLanes.FusedMultiplyAdd(t, TLanes.Create(1.061405429f), TLanes.Create(-1.453152027f));
        sum = TLanes.FusedMultiplyAdd(t, sum, TLanes.Create(1.421413741f));
        sum = TLanes.FusedMultiplyAdd(t, sum, TLanes.Create(-0.284496736f));
        sum = TLanes.FusedMultiplyAdd(t, sum, TLanes.Create(0.254829592f));
        var tail = sum * t * bell * 0.5f;
        return TLanes.Select(TLanes.GreaterThanOrEqual(x, TLanes.Zero), TLanes.Create(1f) - tail, tail);
    }
}
