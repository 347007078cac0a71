using static TorchSharp.torch;

namespace HubertSharp.Tensors.Kernels;

// B rows, S samples, T frames, C channels, K taps

/// <summary>
/// Convolution of raw samples, layer norm over channels and GELU, frame by frame: the convolution is never stored, backward computes it
/// again. A frame's 10 taps by 512 channels cost less than reading them back would.
/// </summary>
internal static unsafe class FirstNormKernel
{
    private const int FramesPerPart = 64;

    /// <param name="source">[B, S] float32.</param>
    /// <param name="taps">[K, C] float32.</param>
    /// <param name="bias">[C] float32; zeros where the convolution has none.</param>
    /// <param name="gamma">[C] float32.</param>
    /// <param name="beta">[C] float32.</param>
    /// <param name="stride">Samples between frames.</param>
    /// <param name="activation">[B, T, C], filled.</param>
    public static void Forward(Tensor source, Tensor taps, Tensor bias, Tensor gamma, Tensor beta, int stride, Tensor activation)
    {
        if (Lanes.AreWide)
            Forward<Lanes512>(source, taps, bias, gamma, beta, stride, activation);
        else
            Forward<Lanes256>(source, taps, bias, gamma, beta, stride, activation);
    }

    /// <param name="source">As in forward, and so the next five.</param>
    /// <param name="taps">[K, C] float32.</param>
    /// <param name="bias">[C] float32.</param>
    /// <param name="gamma">[C] float32.</param>
    /// <param name="beta">[C] float32.</param>
    /// <param name="stride">Samples between frames.</param>
    /// <param name="gradient">[B, T, C] of the activation.</param>
    /// <param name="parameterGradients">Of gamma, beta, bias (each [C]; the bias null without) and taps [K, C], float32, added to.</param>
    public static void Backward(
        Tensor source, Tensor taps, Tensor bias, Tensor gamma, Tensor beta, int stride, Tensor gradient,
        (Tensor Gamma, Tensor Beta, Tensor? Bias, Tensor Taps) parameterGradients)
    {
        if (Lanes.AreWide)
            Backward<Lanes512>(source, taps, bias, gamma, beta, stride, gradient, parameterGradients);
        else
            Backward<Lanes256>(source, taps, bias, gamma, beta, stride, gradient, parameterGradients);
    }

    private static void Forward<TLanes>(Tensor source, Tensor taps, Tensor bias, Tensor gamma, Tensor beta, int stride, Tensor activation)
        where TLanes : struct, ILanes<TLanes>
    {
        var (samples, frames, channels, kernel) = ((int)source.shape[1], activation.shape[1], (int)taps.shape[1], (int)taps.shape[0]);
        var (from, weights, shift) = ((nint)TensorPointer.Singles(source), (nint)TensorPointer.Singles(taps),
            (nint)TensorPointer.Singles(bias));
        var (scale, level, target) = ((nint)TensorPointer.Singles(gamma), (nint)TensorPointer.Singles(beta),
            (nint)TensorPointer.Any(activation));
        var brain = Lanes.IsBrain(activation);
        RowParts.Run(source.shape[0] * frames, FramesPerPart, (first, count) =>
        {
            var values = stackalloc float[channels];
            for (var frame = first; frame < first + count; frame++)
            {
                Convolve<TLanes>((float*)from + frame / frames * samples + frame % frames * stride, (float*)weights, (float*)shift, values,
                    channels, kernel);
                if (brain)
                    NormGeluRow.Forward<BFloat16Format, TLanes>(
                        values, (float*)scale, (float*)level, (void*)target, frame * channels, channels);
                else
                    NormGeluRow.Forward<Float32Format, TLanes>(
                        values, (float*)scale, (float*)level, (void*)target, frame * channels, channels);
            }
        });
    }

    private static void Backward<TLanes>(
        Tensor source, Tensor taps, Tensor bias, Tensor gamma, Tensor beta, int stride, Tensor gradient,
        (Tensor Gamma, Tensor Beta, Tensor? Bias, Tensor Taps) parameterGradients)
        where TLanes : struct, ILanes<TLanes>
    {
        var (samples, frames, channels, kernel) = ((int)source.shape[1], gradient.shape[1], (int)taps.shape[1], (int)taps.shape[0]);
        var (from, weights, shift) = ((nint)TensorPointer.Singles(source), (nint)TensorPointer.Singles(taps),
            (nint)TensorPointer.Singles(bias));
        var (scale, level, outer) = ((nint)TensorPointer.Singles(gamma), (nint)TensorPointer.Singles(beta),
            (nint)TensorPointer.Any(gradient));
        var brain = Lanes.IsBrain(gradient);
        var totals = new[]
        {
            ((nint)TensorPointer.Singles(parameterGradients.Gamma), channels),
            ((nint)TensorPointer.Singles(parameterGradients.Beta), channels),
            (parameterGradients.Bias is null ? 0 : (nint)TensorPointer.Singles(parameterGradients.Bias), channels),
            ((nint)TensorPointer.Singles(parameterGradients.Taps), kernel * channels),
        };
        // the sums of a part are as large as the weights: parts of a thousand frames keep them few
        RowParts.Sum(source.shape[0] * frames, 16 * FramesPerPart, totals, (first, count, sums) =>
        {
            var values = stackalloc float[channels];
            for (var frame = first; frame < first + count; frame++)
            {
                var window = (float*)from + frame / frames * samples + frame % frames * stride;
                Convolve<TLanes>(window, (float*)weights, (float*)shift, values, channels, kernel);
                if (brain)
                    NormGeluRow.Backward<BFloat16Format, TLanes>(
                        values, (float*)scale, (float*)level, (void*)outer, frame * channels, channels,
                        (float*)sums);
                else
                    NormGeluRow.Backward<Float32Format, TLanes>(
                        values, (float*)scale, (float*)level, (void*)outer, frame * channels, channels,
                        (float*)sums);
                AddTaps<TLanes>(window, values, (float*)sums + 2 * channels, channels, kernel);
            }
        });
    }

    private static void Convolve<TLanes>(float* window, float* taps, float* bias, float* values, int channels, int kernel)
        where TLanes : struct, ILanes<TLanes>
    {
        for (var c = 0; c < channels; c += NormGeluRow.ChannelStep)
        {
            var sum = TLanes.Load(bias + c);
            for (var k = 0; k < kernel; k++)
                sum = TLanes.FusedMultiplyAdd(TLanes.Create(window[k]), TLanes.Load(taps + k * channels + c), sum);
            sum.Store(values + c);
        }
    }

    /// <summary>sums[0] += delta, sums[1 + k] += window[k] · delta.</summary>
    private static void AddTaps<TLanes>(float* window, float* delta, float* sums, int channels, int kernel)
        where TLanes : struct, ILanes<TLanes>
    {
        for (var c = 0; c < channels; c += NormGeluRow.ChannelStep)
        {
            var own = TLanes.Load(delta + c);
            NormGeluRow.Add(sums + c, own);
            for (var k = 0; k < kernel; k++)
            {
                var place = sums + (k + 1) * channels + c;
                TLanes.FusedMultiplyAdd(TLanes.Create(window[k]), own, TLanes.Load(place)).Store(place);
            }
        }
    }
}
