using System.Runtime.Intrinsics;

namespace HubertSharp.Tensors.Kernels;

// T frames, C channels (a multiple of 32), K taps.

/// <summary>
/// The inner loops of the first block: a convolution of raw samples with weights that already carry norm and affine, then GELU.
/// Four frames by 32 channels at a time stay in registers.
/// </summary>
internal static unsafe class FirstBlockKernel
{
    /// <summary>Channels that a model's first convolution must have a multiple of.</summary>
    public const int ChannelStep = 32;

    private const int FrameStep = 4;

    /// <summary>output[t, c] = GELU(shift[c] + Σ_k weights[k, c] · source[t · stride + k]).</summary>
    public static void Forward(
        float* source, float* weights, float* shift, void* output, bool brain, int frames, int channels, int kernel, int stride)
    {
        for (var c = 0; c < channels; c += ChannelStep)
        {
            for (var t = 0; t < frames; t += FrameStep)
            {
                var used = Math.Min(FrameStep, frames - t);
                // past the end the last frame is computed again and not stored
                var x0 = source + (long)t * stride;
                var x1 = used > 1 ? x0 + stride : x0;
                var x2 = used > 2 ? x1 + stride : x0;
                var x3 = used > 3 ? x2 + stride : x0;
                Frames(x0, x1, x2, x3, weights + c, shift + c, channels, kernel,
                    out var a0, out var b0, out var a1, out var b1, out var a2, out var b2, out var a3, out var b3);
                Store(output, brain, (long)t * channels + c, Gelu.Value(a0), Gelu.Value(b0));
                if (used > 1)
                    Store(output, brain, (long)(t + 1) * channels + c, Gelu.Value(a1), Gelu.Value(b1));
                if (used > 2)
                    Store(output, brain, (long)(t + 2) * channels + c, Gelu.Value(a2), Gelu.Value(b2));
                if (used > 3)
                    Store(output, brain, (long)(t + 3) * channels + c, Gelu.Value(a3), Gelu.Value(b3));
            }
        }
    }

    /// <summary>
    /// With δ = gradient · GELU′: sums[k, c] += Σ_t δ[t, c] · source[t · stride + k], and sums[K, c] += Σ_t δ[t, c].
    /// </summary>
    public static void Backward(
        float* source, float* weights, float* shift, void* gradient, bool brain, float* sums, int frames, int channels,
        int kernel, int stride)
    {
        for (var c = 0; c < channels; c += ChannelStep)
        {
            for (var t = 0; t < frames; t += FrameStep)
            {
                var used = Math.Min(FrameStep, frames - t);
                var x0 = source + (long)t * stride;
                var x1 = used > 1 ? x0 + stride : x0;
                var x2 = used > 2 ? x1 + stride : x0;
                var x3 = used > 3 ? x2 + stride : x0;
                Frames(x0, x1, x2, x3, weights + c, shift + c, channels, kernel,
                    out var a0, out var b0, out var a1, out var b1, out var a2, out var b2, out var a3, out var b3);
                var at = (long)t * channels + c;
                a0 = Gelu.Slope(a0) * Load(gradient, brain, at);
                b0 = Gelu.Slope(b0) * Load(gradient, brain, at + 16);
                a1 = used > 1 ? Gelu.Slope(a1) * Load(gradient, brain, at + channels) : default;
                b1 = used > 1 ? Gelu.Slope(b1) * Load(gradient, brain, at + channels + 16) : default;
                a2 = used > 2 ? Gelu.Slope(a2) * Load(gradient, brain, at + channels * 2L) : default;
                b2 = used > 2 ? Gelu.Slope(b2) * Load(gradient, brain, at + channels * 2L + 16) : default;
                a3 = used > 3 ? Gelu.Slope(a3) * Load(gradient, brain, at + channels * 3L) : default;
                b3 = used > 3 ? Gelu.Slope(b3) * Load(gradient, brain, at + channels * 3L + 16) : default;
                for (var k = 0; k < kernel; k++)
                {
                    var (s0, s1, s2, s3) = (Vector512.Create(x0[k]), Vector512.Create(x1[k]), Vector512.Create(x2[k]),
                        Vector512.Create(x3[k]));
                    var sum = sums + k * channels + c;
                    var first = Vector512.FusedMultiplyAdd(a0, s0, Vector512.Load(sum));
                    var second = Vector512.FusedMultiplyAdd(b0, s0, Vector512.Load(sum + 16));
                    first = Vector512.FusedMultiplyAdd(a1, s1, first);
                    second = Vector512.FusedMultiplyAdd(b1, s1, second);
                    first = Vector512.FusedMultiplyAdd(a2, s2, first);
                    second = Vector512.FusedMultiplyAdd(b2, s2, second);
                    Vector512.FusedMultiplyAdd(a3, s3, first).Store(sum);
                    Vector512.FusedMultiplyAdd(b3, s3, second).Store(sum + 16);
                }
                var total = sums + kernel * channels + c;
                (Vector512.Load(total) + ((a0 + a1) + (a2 + a3))).Store(total);
                (Vector512.Load(total + 16) + ((b0 + b1) + (b2 + b3))).Store(total + 16);
            }
        }
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]
    private static void Frames(
        float* x0, float* x1, float* x2, float* x3, float* weights, float* shift, int channels, int kernel,
        out Vector512<float> a0, out Vector512<float> b0, out Vector512<float> a1, out Vector512<float> b1,
        out Vector512<float> a2, out Vector512<float> b2, out Vector512<float> a3, out Vector512<float> b3)
    {
        var (p0, q0) = (Vector512.Load(shift), Vector512.Load(shift + 16));
        var (p1, q1, p2, q2, p3, q3) = (p0, q0, p0, q0, p0, q0);
        for (var k = 0; k < kernel; k++)
        {
            var (first, second) = (Vector512.Load(weights + k * channels), Vector512.Load(weights + k * channels + 16));
            var x = Vector512.Create(x0[k]);
            p0 = Vector512.FusedMultiplyAdd(first, x, p0);
            q0 = Vector512.FusedMultiplyAdd(second, x, q0);
            x = Vector512.Create(x1[k]);
            p1 = Vector512.FusedMultiplyAdd(first, x, p1);
            q1 = Vector512.FusedMultiplyAdd(second, x, q1);
            x = Vector512.Create(x2[k]);
            p2 = Vector512.FusedMultiplyAdd(first, x, p2);
            q2 = Vector512.FusedMultiplyAdd(second, x, q2);
            x = Vector512.Create(x3[k]);
            p3 = Vector512.FusedMultiplyAdd(first, x, p3);
            q3 = Vector512.FusedMultiplyAdd(second, x, q3);
        }
        (a0, b0, a1, b1, a2, b2, a3, b3) = (p0, q0, p1, q1, p2, q2, p3, q3);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Load(void* source, bool brain, long at) =>
        brain ? Brain.Load((ushort*)source + at) : Vector512.Load((float*)source + at);

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]
    private static void Store(void* target, bool brain, long at, Vector512<float> first, Vector512<float> second)
    {
        if (brain)
        {
            Brain.Store(first, (ushort*)target + at);
            Brain.Store(second, (ushort*)target + at + 16);
        }
        else
        {
            first.Store((float*)target + at);
            second.Store((float*)target + at + 16);
        }
    }
}
