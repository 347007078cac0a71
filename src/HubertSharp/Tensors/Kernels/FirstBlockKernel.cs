namespace HubertSharp.Tensors.Kernels;

// T frames, C channels (a multiple of 32), K taps.

/// <summary>
/// The inner loops of the first block: a convolution of raw samples with weights that already carry norm and affine, then GELU.
/// Four frames by 16 channels at a time stay in registers, also in the 16 of AVX2.
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
        if (Lanes.AreWide)
            Forward<Lanes512>(source, weights, shift, output, brain, frames, channels, kernel, stride);
        else
            Forward<Lanes256>(source, weights, shift, output, brain, frames, channels, kernel, stride);
    }

    /// <summary>
    /// With δ = gradient · GELU′: sums[k, c] += Σ_t δ[t, c] · source[t · stride + k], and sums[K, c] += Σ_t δ[t, c].
    /// </summary>
    public static void Backward(
        float* source, float* weights, float* shift, void* gradient, bool brain, float* sums, int frames, int channels,
        int kernel, int stride)
    {
        if (Lanes.AreWide)
            Backward<Lanes512>(source, weights, shift, gradient, brain, sums, frames, channels, kernel, stride);
        else
            Backward<Lanes256>(source, weights, shift, gradient, brain, sums, frames, channels, kernel, stride);
    }

    private static void Forward<TLanes>(
        float* source, float* weights, float* shift, void* output, bool brain, int frames, int channels, int kernel, int stride)
        where TLanes : struct, ILanes<TLanes>
    {
        var values = stackalloc float[FrameStep * Lanes.Width];
        for (var c = 0; c < channels; c += Lanes.Width)
        {
            for (var t = 0; t < frames; t += FrameStep)
            {
                var used = Math.Min(FrameStep, frames - t);
                Convolve<TLanes>(source + (long)t * stride, weights + c, shift + c, values, used, channels, kernel, stride);
                for (var frame = 0; frame < used; frame++)
                {
                    var value = Gelu.Value(TLanes.Load(values + frame * Lanes.Width));
                    var at = (long)(t + frame) * channels + c;
                    if (brain)
                        value.Store((ushort*)output + at);
                    else
                        value.Store((float*)output + at);
                }
            }
        }
    }

    private static void Backward<TLanes>(
        float* source, float* weights, float* shift, void* gradient, bool brain, float* sums, int frames, int channels,
        int kernel, int stride)
        where TLanes : struct, ILanes<TLanes>
    {
        var values = stackalloc float[FrameStep * Lanes.Width];
        for (var c = 0; c < channels; c += Lanes.Width)
        {
            var total = sums + kernel * channels + c;
            for (var t = 0; t < frames; t += FrameStep)
            {
                var used = Math.Min(FrameStep, frames - t);
                var x = source + (long)t * stride;
                Convolve<TLanes>(x, weights + c, shift + c, values, used, channels, kernel, stride);
                for (var frame = 0; frame < used; frame++)
                {
                    var at = (long)(t + frame) * channels + c;
                    var outer = brain ? TLanes.Load((ushort*)gradient + at) : TLanes.Load((float*)gradient + at);
                    var own = Gelu.Slope(TLanes.Load(values + frame * Lanes.Width)) * outer;
                    own.Store(values + frame * Lanes.Width);
                    (TLanes.Load(total) + own).Store(total);
                }
                AddTaps<TLanes>(x, values, sums + c, used, channels, kernel, stride);
            }
        }
    }

    /// <summary>values[frame] = shift + Σ_k weights[k] · x[frame · stride + k], of up to four frames by 16 channels.</summary>
    private static void Convolve<TLanes>(
        float* x, float* weights, float* shift, float* values, int frames, int channels, int kernel, int stride)
        where TLanes : struct, ILanes<TLanes>
    {
        // past the end the first frame is computed again
        var x1 = frames > 1 ? x + stride : x;
        var x2 = frames > 2 ? x + 2 * stride : x;
        var x3 = frames > 3 ? x + 3 * stride : x;
        var a0 = TLanes.Load(shift);
        var (a1, a2, a3) = (a0, a0, a0);
        for (var k = 0; k < kernel; k++)
        {
            var weight = TLanes.Load(weights + k * channels);
            a0 = TLanes.FusedMultiplyAdd(weight, TLanes.Create(x[k]), a0);
            a1 = TLanes.FusedMultiplyAdd(weight, TLanes.Create(x1[k]), a1);
            a2 = TLanes.FusedMultiplyAdd(weight, TLanes.Create(x2[k]), a2);
            a3 = TLanes.FusedMultiplyAdd(weight, TLanes.Create(x3[k]), a3);
        }
        a0.Store(values);
        a1.Store(values + Lanes.Width);
        a2.Store(values + 2 * Lanes.Width);
        a3.Store(values + 3 * Lanes.Width);
    }

    /// <summary>sums[k] += Σ_frame deltas[frame] · x[frame · stride + k], of up to four frames by 16 channels.</summary>
    private static void AddTaps<TLanes>(float* x, float* deltas, float* sums, int frames, int channels, int kernel, int stride)
        where TLanes : struct, ILanes<TLanes>
    {
        var a0 = TLanes.Load(deltas);
        if (frames < FrameStep)
        {
            for (var frame = 1; frame < frames; frame++)
                AddTaps<TLanes>(x + frame * stride, deltas + frame * Lanes.Width, sums, 1, channels, kernel, stride);
            for (var k = 0; k < kernel; k++)
                TLanes.FusedMultiplyAdd(a0, TLanes.Create(x[k]), TLanes.Load(sums + k * channels)).Store(sums + k * channels);
            return;
        }
        var (a1, a2, a3) = (
            TLanes.Load(deltas + Lanes.Width), TLanes.Load(deltas + 2 * Lanes.Width), TLanes.Load(deltas + 3 * Lanes.Width));
        for (var k = 0; k < kernel; k++)
        {
            var sum = TLanes.FusedMultiplyAdd(a0, TLanes.Create(x[k]), TLanes.Load(sums + k * channels));
            sum = TLanes.FusedMultiplyAdd(a1, TLanes.Create(x[stride + k]), sum);
            sum = TLanes.FusedMultiplyAdd(a2, TLanes.Create(x[2 * stride + k]), sum);
            TLanes.FusedMultiplyAdd(a3, TLanes.Create(x[3 * stride + k]), sum).Store(sums + k * channels);
        }
    }
}
