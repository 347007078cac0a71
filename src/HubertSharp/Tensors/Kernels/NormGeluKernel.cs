using static TorchSharp.torch;

namespace HubertSharp.Tensors.Kernels;

// N frames, C channels

/// <summary>Bias, layer norm over channels and GELU of a convolution in one pass over memory, and their backward.</summary>
internal static unsafe class NormGeluKernel
{
    private const int RowsPerPart = 64;

    /// <param name="products">[N, C] of the convolution, without its bias.</param>
    /// <param name="bias">[C] float32, or null.</param>
    /// <param name="gamma">[C] float32.</param>
    /// <param name="beta">[C] float32.</param>
    /// <param name="activation">[N, C], filled.</param>
    public static void Forward(Tensor products, Tensor? bias, Tensor gamma, Tensor beta, Tensor activation)
    {
        if (Lanes.AreWide)
            Forward<Lanes512>(products, bias, gamma, beta, activation);
        else
            Forward<Lanes256>(products, bias, gamma, beta, activation);
    }

    /// <param name="products">[N, C] as in forward; becomes its gradient.</param>
    /// <param name="bias">[C] float32, or null.</param>
    /// <param name="gamma">[C] float32.</param>
    /// <param name="beta">[C] float32.</param>
    /// <param name="gradient">[N, C] of the activation.</param>
    /// <param name="parameterGradients">Of gamma, beta and bias (null without), each [C] float32, added to.</param>
    public static void Backward(
        Tensor products, Tensor? bias, Tensor gamma, Tensor beta, Tensor gradient,
        (Tensor Gamma, Tensor Beta, Tensor? Bias) parameterGradients)
    {
        if (Lanes.AreWide)
            Backward<Lanes512>(products, bias, gamma, beta, gradient, parameterGradients);
        else
            Backward<Lanes256>(products, bias, gamma, beta, gradient, parameterGradients);
    }

    private static void Forward<TLanes>(Tensor products, Tensor? bias, Tensor gamma, Tensor beta, Tensor activation)
        where TLanes : struct, ILanes<TLanes>
    {
        var (rows, channels) = (products.numel() / products.shape[^1], (int)products.shape[^1]);
        var (from, target) = ((nint)TensorPointer.Any(products), (nint)TensorPointer.Any(activation));
        var (shift, scale, level) = (Singles(bias), Singles(gamma), Singles(beta));
        var brain = Lanes.IsBrain(products);
        RowParts.Run(rows, RowsPerPart, (first, count) =>
        {
            var values = stackalloc float[channels];
            for (var row = first; row < first + count; row++)
            {
                if (brain)
                    ForwardRow<BFloat16Format, TLanes>((void*)from, (float*)shift, (float*)scale, (float*)level, (void*)target, values,
                        row * channels, channels);
                else
                    ForwardRow<Float32Format, TLanes>((void*)from, (float*)shift, (float*)scale, (float*)level, (void*)target, values,
                        row * channels, channels);
            }
        });
    }

    private static void Backward<TLanes>(
        Tensor products, Tensor? bias, Tensor gamma, Tensor beta, Tensor gradient,
        (Tensor Gamma, Tensor Beta, Tensor? Bias) parameterGradients)
        where TLanes : struct, ILanes<TLanes>
    {
        var (rows, channels) = (products.numel() / products.shape[^1], (int)products.shape[^1]);
        var (place, outer) = ((nint)TensorPointer.Any(products), (nint)TensorPointer.Any(gradient));
        var (shift, scale, level) = (Singles(bias), Singles(gamma), Singles(beta));
        var totals = new[]
        {
            (Singles(parameterGradients.Gamma), channels), (Singles(parameterGradients.Beta), channels),
            (Singles(parameterGradients.Bias), channels),
        };
        var brain = Lanes.IsBrain(products);
        RowParts.Sum(rows, RowsPerPart, totals, (first, count, sums) =>
        {
            var values = stackalloc float[channels];
            for (var row = first; row < first + count; row++)
            {
                if (brain)
                    BackwardRow<BFloat16Format, TLanes>((void*)place, (float*)shift, (float*)scale, (float*)level, (void*)outer, values,
                        (float*)sums, row * channels, channels);
                else
                    BackwardRow<Float32Format, TLanes>((void*)place, (float*)shift, (float*)scale, (float*)level, (void*)outer, values,
                        (float*)sums, row * channels, channels);
            }
        });
    }

    private static nint Singles(Tensor? tensor) => tensor is null ? 0 : (nint)TensorPointer.Singles(tensor);

    private static void ForwardRow<TFormat, TLanes>(
        void* products, float* bias, float* gamma, float* beta, void* activation, float* values, long at, int channels)
        where TFormat : struct, INumberFormat
        where TLanes : struct, ILanes<TLanes>
    {
        Load<TFormat, TLanes>(products, bias, values, at, channels);
        NormGeluRow.Forward<TFormat, TLanes>(values, gamma, beta, activation, at, channels);
    }

    private static void BackwardRow<TFormat, TLanes>(
        void* products, float* bias, float* gamma, float* beta, void* gradient, float* values, float* sums, long at, int channels)
        where TFormat : struct, INumberFormat
        where TLanes : struct, ILanes<TLanes>
    {
        Load<TFormat, TLanes>(products, bias, values, at, channels);
        NormGeluRow.Backward<TFormat, TLanes>(values, gamma, beta, gradient, at, channels, sums);
        for (var c = 0; c < channels; c += NormGeluRow.ChannelStep)
        {
            var own = TLanes.Load(values + c);
            TFormat.Store(own, products, at + c);
            if (bias != null)
                NormGeluRow.Add(sums + 2 * channels + c, own);
        }
    }

    private static void Load<TFormat, TLanes>(void* products, float* bias, float* values, long at, int channels)
        where TFormat : struct, INumberFormat
        where TLanes : struct, ILanes<TLanes>
    {
        for (var c = 0; c < channels; c += NormGeluRow.ChannelStep)
        {
            var value = TFormat.Load<TLanes>(products, at + c);
            (bias == null ? value : value + TLanes.Load(bias + c)).Store(values + c);
        }
    }
}
