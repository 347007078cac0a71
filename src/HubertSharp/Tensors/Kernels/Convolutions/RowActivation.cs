using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace HubertSharp.Tensors.Kernels.Convolutions;

/// <summary>ELU, or Snake: x + sin²(αx) / α with an α of each channel, on rows of channels. Copied rows stay as they are.</summary>
internal sealed unsafe class RowActivation
{
    private const float Least = 1e-9f;

    private readonly float[]? _alpha, _inverse;

    /// <param name="alpha">Of Snake, one for each channel; null for ELU.</param>
    public RowActivation(Tensor? alpha)
    {
        _alpha = alpha?.contiguous().data<float>().ToArray();
        _inverse = _alpha is null ? null : Array.ConvertAll(_alpha, a => 1 / (a + Least));
    }

    /// <param name="source">A row.</param>
    /// <param name="target">Where its activations go; may be the row itself.</param>
    /// <param name="channels">Of the row.</param>
    public void Run(float* source, float* target, int channels)
    {
        if (Lanes.AreWide)
            Run<Lanes512>(source, target, channels);
        else
            Run<Lanes256>(source, target, channels);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Run<TLanes>(float* source, float* target, int channels)
        where TLanes : struct, ILanes<TLanes>
    {
        if (_alpha is null)
        {
            for (var i = 0; i < channels; i += Lanes.Width)
                Store(Elu(Load<TLanes>(source, i, channels)), target, i, channels);
            return;
        }
        fixed (float* alpha = _alpha, inverse = _inverse)
        {
            for (var i = 0; i < channels; i += Lanes.Width)
            {
                var x = Load<TLanes>(source, i, channels);
                Store(TLanes.FusedMultiplyAdd(SquareOfSine(x * Load<TLanes>(alpha, i, channels)), Load<TLanes>(inverse, i, channels), x),
                    target, i, channels);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Elu<TLanes>(TLanes x)
        where TLanes : struct, ILanes<TLanes>
    {
        var below = VectorMath.ExpOfNegative(TLanes.MinNative(x, TLanes.Zero)) - TLanes.Create(1f);
        return TLanes.Select(TLanes.LessThan(x, TLanes.Zero), below, x); // what is not a number stays none
    }

    // sin² of x is sin² or cos² of what is left of x over the nearest multiple of π / 2
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes SquareOfSine<TLanes>(TLanes x)
        where TLanes : struct, ILanes<TLanes>
    {
        const float round = 12582912f; // 1.5 · 2^23: adding and taking it away rounds to the nearest integer
        var n = TLanes.FusedMultiplyAdd(x, TLanes.Create(0.636619747f), TLanes.Create(round)) - TLanes.Create(round);
        var r = TLanes.FusedMultiplyAdd(n, TLanes.Create(-1.5703125f), x);
        r = TLanes.FusedMultiplyAdd(n, TLanes.Create(-4.837512969970703e-4f), r);
        r = TLanes.FusedMultiplyAdd(n, TLanes.Create(-7.549789948768648e-8f), r);
        var square = r * r;
        var sine = TLanes.FusedMultiplyAdd(square, TLanes.Create(-1.9515295891e-4f), TLanes.Create(8.3321608736e-3f));
        sine = TLanes.FusedMultiplyAdd(square, sine, TLanes.Create(-1.6666654611e-1f));
        sine = TLanes.FusedMultiplyAdd(r * square, sine, r);
        var cosine = TLanes.FusedMultiplyAdd(square, TLanes.Create(2.443315711809948e-5f), TLanes.Create(-1.388731625493765e-3f));
        cosine = TLanes.FusedMultiplyAdd(square, cosine, TLanes.Create(4.166664568298827e-2f));
        cosine = TLanes.FusedMultiplyAdd(square, cosine, TLanes.Create(-0.5f));
        cosine = TLanes.FusedMultiplyAdd(square, cosine, TLanes.Create(1f));
        var half = TLanes.FusedMultiplyAdd(n, TLanes.Create(0.5f), TLanes.Create(round)) - TLanes.Create(round);
        var isOdd = TLanes.GreaterThan(TLanes.Abs(TLanes.FusedMultiplyAdd(half, TLanes.Create(-2f), n)), TLanes.Create(0.5f));
        var value = TLanes.Select(isOdd, cosine, sine);
        return value * value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Load<TLanes>(float* source, int at, int count)
        where TLanes : struct, ILanes<TLanes> => Lanes.Load<Float32Format, TLanes>(source, at, count - at, 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TLanes>(TLanes value, float* target, int at, int count)
        where TLanes : struct, ILanes<TLanes> => Lanes.Store<Float32Format, TLanes>(value, target, at, count - at);
}
