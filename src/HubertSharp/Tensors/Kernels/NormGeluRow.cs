using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

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
    public static void Forward<TFormat>(float* values, float* gamma, float* beta, void* target, long at, int channels)
        where TFormat : struct, INumberFormat
    {
        var (mean, inverse) = Statistics(values, channels);
        for (var c = 0; c < channels; c += ChannelStep)
        {
            var normal = (Vector512.Load(values + c) - Vector512.Create(mean)) * inverse;
            TFormat.Store(
                Gelu.Value(Vector512.FusedMultiplyAdd(normal, Vector512.Load(gamma + c), Vector512.Load(beta + c))), target, at + c);
        }
    }

    /// <param name="values">[C] as in forward; becomes its gradient.</param>
    /// <param name="gamma">[C].</param>
    /// <param name="beta">[C].</param>
    /// <param name="gradient">Of the activation, from element <paramref name="at"/> on.</param>
    /// <param name="at">First element.</param>
    /// <param name="channels">C.</param>
    /// <param name="sums">[2, C]: the gradients of gamma and beta, added to.</param>
    public static void Backward<TFormat>(float* values, float* gamma, float* beta, void* gradient, long at, int channels, float* sums)
        where TFormat : struct, INumberFormat
    {
        var (mean, inverse) = Statistics(values, channels);
        var scaled = stackalloc float[channels];
        var (products, plain) = (Vector512<float>.Zero, Vector512<float>.Zero);
        for (var c = 0; c < channels; c += ChannelStep)
        {
            var normal = (Vector512.Load(values + c) - Vector512.Create(mean)) * inverse;
            var scale = Vector512.Load(gamma + c);
            var outer = TFormat.Load(gradient, at + c) * Gelu.Slope(Vector512.FusedMultiplyAdd(normal, scale, Vector512.Load(beta + c)));
            Add(sums + c, outer * normal);
            Add(sums + channels + c, outer);
            outer *= scale;
            products = Vector512.FusedMultiplyAdd(outer, normal, products);
            plain += outer;
            normal.Store(values + c);
            outer.Store(scaled + c);
        }
        var (along, level) = (Vector512.Create(Vector512.Sum(products) / channels), Vector512.Create(Vector512.Sum(plain) / channels));
        for (var c = 0; c < channels; c += ChannelStep)
            ((Vector512.Load(scaled + c) - level - Vector512.Load(values + c) * along) * inverse).Store(values + c);
    }

    /// <summary>sums += value, 16 at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(float* sums, Vector512<float> value) => (Vector512.Load(sums) + value).Store(sums);

    private static (float Mean, float Inverse) Statistics(float* values, int channels)
    {
        var total = Vector512<float>.Zero;
        for (var c = 0; c < channels; c += ChannelStep)
            total += Vector512.Load(values + c);
        var mean = Vector512.Sum(total) / channels;
        var squares = Vector512<float>.Zero;
        for (var c = 0; c < channels; c += ChannelStep)
        {
            var away = Vector512.Load(values + c) - Vector512.Create(mean);
            squares = Vector512.FusedMultiplyAdd(away, away, squares);
        }
        return (mean, 1 / MathF.Sqrt(Vector512.Sum(squares) / channels + Epsilon));
    }
}
