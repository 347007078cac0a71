using System.Runtime.CompilerServices;

namespace HubertSharp.Tensors.Kernels;

// C channels, a multiple of 16

/// <summary>
/// Layer norm over the channels of one frame, then GELU, and their backward; the frame is in float32 and in the nearest cache.
/// </summary>
internal static unsafe class NormGeluRow
{
    /// <summary>Channels come in multiples of this.</summary>
    public const int ChannelStep = 16;

    private const float Epsilon = 1e-5f;

    /// <summary>target = GELU(norm(values) · gamma + beta).</summary>
    /// <param name="values">[C].</param>
    /// <param name="gamma">[C].</param>
    /// <param name="beta">[C].</param>
    /// <param name="target">Filled from element <paramref name="at"/> on.</param>
    /// <param name="at">First element.</param>
    /// <param name="channels">C.</param>
    public static void Forward<TFormat, TLanes>(float* values, float* gamma, float* beta, void* target, long at, int channels)
        where TFormat : struct, INumberFormat
        where TLanes : struct, ILanes<TLanes>
    {
        var (mean, inverse) = Statistics<TLanes>(values, channels);
        for (var c = 0; c < channels; c += ChannelStep)
        {
            var normal = (TLanes.Load(values + c) - TLanes.Create(mean)) * inverse;
            TFormat.Store(
                Gelu.Value(TLanes.FusedMultiplyAdd(normal, TLanes.Load(gamma + c), TLanes.Load(beta + c))), target, at + c);
        }
    }

    /// <param name="values">[C] as in forward; becomes its gradient.</param>
    /// <param name="gamma">[C].</param>
    /// <param name="beta">[C].</param>
    /// <param name="gradient">Of the activation, from element <paramref name="at"/> on.</param>
    /// <param name="at">First element.</param>
    /// <param name="channels">C.</param>
    /// <param name="sums">[2, C]: the gradients of gamma and beta, added to.</param>
    public static void Backward<TFormat, TLanes>(
        float* values, float* gamma, float* beta, void* gradient, long at, int channels, float* sums)
        where TFormat : struct, INumberFormat
        where TLanes : struct, ILanes<TLanes>
    {
        var (mean, inverse) = Statistics<TLanes>(values, channels);
        var scaled = stackalloc float[channels];
        var (products, plain) = (TLanes.Zero, TLanes.Zero);
        for (var c = 0; c < channels; c += ChannelStep)
        {
            var normal = (TLanes.Load(values + c) - TLanes.Create(mean)) * inverse;
            var scale = TLanes.Load(gamma + c);
            var outer = TFormat.Load<TLanes>(gradient, at + c) * Gelu.Slope(TLanes.FusedMultiplyAdd(normal, scale, TLanes.Load(beta + c)));
            Add(sums + c, outer * normal);
            Add(sums + channels + c, outer);
            outer *= scale;
            products = TLanes.FusedMultiplyAdd(outer, normal, products);
            plain += outer;
            normal.Store(values + c);
            outer.Store(scaled + c);
        }
        var (along, level) = (TLanes.Create(TLanes.Sum(products) / channels), TLanes.Create(TLanes.Sum(plain) / channels));
        for (var c = 0; c < channels; c += ChannelStep)
            ((TLanes.Load(scaled + c) - level - TLanes.Load(values + c) * along) * inverse).Store(values + c);
    }

    /// <summary>sums += value, 16 at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<TLanes>(float* sums, TLanes value)
        where TLanes : struct, ILanes<TLanes> => (TLanes.Load(sums) + value).Store(sums);

    private static (float Mean, float Inverse) Statistics<TLanes>(float* values, int channels)
        where TLanes : struct, ILanes<TLanes>
    {
        var total = TLanes.Zero;
        for (var c = 0; c < channels; c += ChannelStep)
            total += TLanes.Load(values + c);
        var mean = TLanes.Sum(total) / channels;
        var squares = TLanes.Zero;
        for (var c = 0; c < channels; c += ChannelStep)
        {
            var away = TLanes.Load(values + c) - TLanes.Create(mean);
            squares = TLanes.FusedMultiplyAdd(away, away, squares);
        }
        return (mean, 1 / MathF.Sqrt(TLanes.Sum(squares) / channels + Epsilon));
    }
}
