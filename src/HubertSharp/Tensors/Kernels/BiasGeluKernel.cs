using System.Runtime.Intrinsics;
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
        var (rows, width) = (hidden.shape[0], (int)hidden.shape[1]);
        var (place, shift, target) = ((nint)TensorPointer.Any(hidden), (nint)TensorPointer.Singles(bias),
            (nint)TensorPointer.Any(activation));
        var brain = Lanes.IsBrain(hidden);
        RowParts.Run(rows, RowsPerPart, (first, count) =>
        {
            for (var row = first; row < first + count; row++)
            {
                if (brain)
                    ForwardRow<BFloat16Format>((void*)place, (float*)shift, (void*)target, row, width, drop);
                else
                    ForwardRow<Float32Format>((void*)place, (float*)shift, (void*)target, row, width, drop);
            }
        });
    }

    /// <param name="hidden">[N, F] as <see cref="Forward"/> left it.</param>
    /// <param name="gradient">[N, F] of the activation; becomes that of the products.</param>
    /// <param name="biasGradient">[F] float32; added to.</param>
    /// <param name="drop">As in forward.</param>
    public static void Backward(Tensor hidden, Tensor gradient, Tensor biasGradient, DropoutDraw drop)
    {
        var (rows, width) = (hidden.shape[0], (int)hidden.shape[1]);
        var (source, outer) = ((nint)TensorPointer.Any(hidden), (nint)TensorPointer.Any(gradient));
        var brain = Lanes.IsBrain(hidden);
        RowParts.Sum(rows, RowsPerPart, [((nint)TensorPointer.Singles(biasGradient), width)], (first, count, sums) =>
        {
            for (var row = first; row < first + count; row++)
            {
                if (brain)
                    BackwardRow<BFloat16Format>((void*)source, (void*)outer, (float*)sums, row, width, drop);
                else
                    BackwardRow<Float32Format>((void*)source, (void*)outer, (float*)sums, row, width, drop);
            }
        });
    }

    private static void ForwardRow<TFormat>(void* hidden, float* bias, void* activation, long row, int width, DropoutDraw drop)
        where TFormat : struct, INumberFormat
    {
        var (start, position) = (row * width, row * Lanes.Padded(width));
        var (keep, keepNext) = (Vector512<float>.AllBitsSet, Vector512<float>.AllBitsSet);
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
            var value = Lanes.Load<TFormat>(hidden, start + f, left, 0) + Lanes.Load<Float32Format>(bias, f, left, 0);
            Lanes.Store<TFormat>(value, hidden, start + f, left);
            Lanes.Store<TFormat>(Gelu.Value(value) * drop.Scale & keep, activation, start + f, left);
        }
    }

    private static void BackwardRow<TFormat>(void* hidden, void* gradient, float* sums, long row, int width, DropoutDraw drop)
        where TFormat : struct, INumberFormat
    {
        var (start, position) = (row * width, row * Lanes.Padded(width));
        var (keep, keepNext) = (Vector512<float>.AllBitsSet, Vector512<float>.AllBitsSet);
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
            var own = Lanes.Load<TFormat>(gradient, start + f, left, 0) * drop.Scale & keep;
            own *= Gelu.Slope(Lanes.Load<TFormat>(hidden, start + f, left, 0));
            Lanes.Store<TFormat>(own, gradient, start + f, left);
            Lanes.Store<Float32Format>(Lanes.Load<Float32Format>(sums, f, left, 0) + own, sums, f, left);
        }
    }
}
