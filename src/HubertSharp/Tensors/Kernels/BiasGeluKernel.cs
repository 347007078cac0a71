using static TorchSharp.torch;

namespace HubertSharp.Tensors.Kernels;

// N frames, F width of the hidden layer.

/// <summary>Bias, GELU and dropout of the feed-forward network's hidden layer in one pass over memory, and their backward.</summary>
internal static unsafe class BiasGeluKernel
{
    private const int RowsPerPart = 32;

    /// <param name="hidden">[N, F] products; becomes products + bias.</param>
    /// <param name="bias">[F] float32.</param>
    /// <param name="activation">[N, F], filled with GELU after dropout.</param>
    /// <param name="drop">The dropout.</param>
    public static void Forward(Tensor hidden, Tensor bias, Tensor activation, DropoutDraw drop)
    {
        if (Lanes.AreWide)
            Forward<Lanes512>(hidden, bias, activation, drop);
        else
            Forward<Lanes256>(hidden, bias, activation, drop);
    }

    /// <param name="hidden">[N, F] as <see cref="Forward"/> left it.</param>
    /// <param name="gradient">[N, F] of the activation; becomes that of the products.</param>
    /// <param name="biasGradient">[F] float32; added to.</param>
    /// <param name="drop">As in forward.</param>
    public static void Backward(Tensor hidden, Tensor gradient, Tensor biasGradient, DropoutDraw drop)
    {
        if (Lanes.AreWide)
            Backward<Lanes512>(hidden, gradient, biasGradient, drop);
        else
            Backward<Lanes256>(hidden, gradient, biasGradient, drop);
    }

    private static void Forward<TLanes>(Tensor hidden, Tensor bias, Tensor activation, DropoutDraw drop)
        where TLanes : struct, ILanes<TLanes>
    {
        var (rows, width) = (hidden.shape[0], (int)hidden.shape[1]);
        var (place, shift, target) = ((nint)TensorPointer.Any(hidden), (nint)TensorPointer.Singles(bias),
            (nint)TensorPointer.Any(activation));
        var brain = Lanes.IsBrain(hidden);
        RowParts.Run(rows, RowsPerPart, (first, count) =>
        {
            for (var row = first; row < first + count; row++)
            {
                if (brain)
                    ForwardRow<BFloat16Format, TLanes>((void*)place, (float*)shift, (void*)target, row, width, drop);
                else
                    ForwardRow<Float32Format, TLanes>((void*)place, (float*)shift, (void*)target, row, width, drop);
            }
        });
    }

    private static void Backward<TLanes>(Tensor hidden, Tensor gradient, Tensor biasGradient, DropoutDraw drop)
        where TLanes : struct, ILanes<TLanes>
    {
        var (rows, width) = (hidden.shape[0], (int)hidden.shape[1]);
        var (source, outer) = ((nint)TensorPointer.Any(hidden), (nint)TensorPointer.Any(gradient));
        var brain = Lanes.IsBrain(hidden);
        RowParts.Sum(rows, RowsPerPart, [((nint)TensorPointer.Singles(biasGradient), width)], (first, count, sums) =>
        {
            for (var row = first; row < first + count; row++)
            {
                if (brain)
                    BackwardRow<BFloat16Format, TLanes>((void*)source, (void*)outer, (float*)sums, row, width, drop);
                else
                    BackwardRow<Float32Format, TLanes>((void*)source, (void*)outer, (float*)sums, row, width, drop);
            }
        });
    }

    private static void ForwardRow<TFormat, TLanes>(void* hidden, float* bias, void* activation, long row, int width, DropoutDraw drop)
        where TFormat : struct, INumberFormat
        where TLanes : struct, ILanes<TLanes>
    {
        var (start, position) = (row * width, row * Lanes.Padded(width));
        var (keep, keepNext) = (TLanes.AllBitsSet, TLanes.AllBitsSet);
        for (var f = 0; f < width; f += Lanes.Width)
        {
            if (drop.Drops)
            {
                if (f % 32 == 0)
                    drop.Keep(position + f, out keep, out keepNext);
                else
                    keep = keepNext;
            }
            var left = width - f;
            var value = Lanes.Load<TFormat, TLanes>(hidden, start + f, left, 0) + Lanes.Load<Float32Format, TLanes>(bias, f, left, 0);
            Lanes.Store<TFormat, TLanes>(value, hidden, start + f, left);
            Lanes.Store<TFormat, TLanes>(Gelu.Value(value) * drop.Scale & keep, activation, start + f, left);
        }
    }

    private static void BackwardRow<TFormat, TLanes>(void* hidden, void* gradient, float* sums, long row, int width, DropoutDraw drop)
        where TFormat : struct, INumberFormat
        where TLanes : struct, ILanes<TLanes>
    {
        var (start, position) = (row * width, row * Lanes.Padded(width));
        var (keep, keepNext) = (TLanes.AllBitsSet, TLanes.AllBitsSet);
        for (var f = 0; f < width; f += Lanes.Width)
        {
            if (drop.Drops)
            {
                if (f % 32 == 0)
                    drop.Keep(position + f, out keep, out keepNext);
                else
                    keep = keepNext;
            }
            var left = width - f;
            var own = Lanes.Load<TFormat, TLanes>(gradient, start + f, left, 0) * drop.Scale & keep;
            own *= Gelu.Slope(Lanes.Load<TFormat, TLanes>(hidden, start + f, left, 0));
            Lanes.Store<TFormat, TLanes>(own, gradient, start + f, left);
            Lanes.Store<Float32Format, TLanes>(Lanes.Load<Float32Format, TLanes>(sums, f, left, 0) + own, sums, f, left);
        }
    }
}
