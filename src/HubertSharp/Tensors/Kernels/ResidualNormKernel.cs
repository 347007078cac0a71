using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace HubertSharp.Tensors.Kernels;

// N frames, D width.

/// <summary>Bias, dropout, residual and layer norm in one pass over memory, and their backward.</summary>
internal static unsafe class ResidualNormKernel
{
    private const int RowsPerPart = 32;
    private const float Epsilon = 1e-5f;

    /// <summary>sum = residual + dropout(branch + bias); normalised = (sum − mean) / deviation · gamma + beta.</summary>
    /// <param name="residual">[N, D].</param>
    /// <param name="branch">[N, D]; overwritten with the sum.</param>
    /// <param name="bias">[D] float32, of the branch.</param>
    /// <param name="norm">gamma and beta, each [D] float32; null leaves the norm out.</param>
    /// <param name="normalised">[N, D], filled; null without norm.</param>
    /// <param name="statistics">[N, 2] float32, filled with mean and 1 / deviation; null without norm.</param>
    /// <param name="drop">The dropout.</param>
    public static void Forward(Tensor residual, Tensor branch, Tensor bias, (Tensor Gamma, Tensor Beta)? norm, Tensor? normalised,
        Tensor? statistics, DropoutDraw drop)
    {
        var (rows, width) = (branch.numel() / branch.shape[^1], (int)branch.shape[^1]);
        var (from, place, shift) = ((nint)TensorPointer.Any(residual), (nint)TensorPointer.Any(branch), (nint)TensorPointer.Singles(bias));
        var (gamma, beta) = norm is { } pair ? ((nint)TensorPointer.Singles(pair.Gamma), (nint)TensorPointer.Singles(pair.Beta)) : (0, 0);
        var (target, stats) = normalised is null ? (0, 0) : ((nint)TensorPointer.Any(normalised), (nint)TensorPointer.Singles(statistics!));
        var brain = Lanes.IsBrain(branch);
        RowParts.Run(rows, RowsPerPart, (first, count) =>
        {
            fixed (float* buffer = new float[Lanes.Padded(width)])
            {
                for (var row = first; row < first + count; row++)
                {
                    if (brain)
                        ForwardRow<BFloat16Format>((void*)from, (void*)place, (float*)shift, (float*)gamma, (float*)beta, (void*)target,
                            (float*)stats, buffer, row, width, drop);
                    else
                        ForwardRow<Float32Format>((void*)from, (void*)place, (float*)shift, (float*)gamma, (float*)beta, (void*)target,
                            (float*)stats, buffer, row, width, drop);
                }
            }
        });
    }

    /// <param name="gradient">[N, D] of the normalised sum (of the sum without norm).</param>
    /// <param name="sum">[N, D] from forward; overwritten with its gradient, which is the residual's too. Null without norm.</param>
    /// <param name="statistics">From forward; null without norm.</param>
    /// <param name="gamma">[D] float32; null without norm.</param>
    /// <param name="branch">[N, D], filled with the branch's gradient; null without dropout, where it is the sum's.</param>
    /// <param name="parameterGradients">Of bias, gamma and beta, each [D] float32, added to; the last two null without norm.</param>
    /// <param name="drop">As in forward.</param>
    public static void Backward(
        Tensor gradient, Tensor? sum, Tensor? statistics, Tensor? gamma, Tensor? branch,
        (Tensor Bias, Tensor? Gamma, Tensor? Beta) parameterGradients, DropoutDraw drop)
    {
        var (rows, width) = (gradient.numel() / gradient.shape[^1], (int)gradient.shape[^1]);
        nint Any(Tensor? tensor) => tensor is null ? 0 : (nint)TensorPointer.Any(tensor);
        var (outer, place, target) = (Any(gradient), Any(sum), Any(branch));
        var (stats, scale) = gamma is null ? (0, 0) : ((nint)TensorPointer.Singles(statistics!), (nint)TensorPointer.Singles(gamma));
        var brain = Lanes.IsBrain(gradient);
        nint Singles(Tensor? tensor) => tensor is null ? 0 : (nint)TensorPointer.Singles(tensor);
        var totals = new[]
        {
            (Singles(parameterGradients.Bias), width), (Singles(parameterGradients.Gamma), width),
            (Singles(parameterGradients.Beta), width),
        };
        RowParts.Sum(rows, RowsPerPart, totals, (first, count, sums) =>
        {
            for (var row = first; row < first + count; row++)
            {
                if (brain)
                    BackwardRow<BFloat16Format>((void*)outer, (void*)place, (float*)stats, (float*)scale, (void*)target, (float*)sums, row,
                        width, drop);
                else
                    BackwardRow<Float32Format>((void*)outer, (void*)place, (float*)stats, (float*)scale, (void*)target, (float*)sums, row,
                        width, drop);
            }
        });
    }

    private static void ForwardRow<TFormat>(
        void* residual, void* branch, float* bias, float* gamma, float* beta, void* normalised, float* statistics, float* buffer, long row,
        int width, DropoutDraw drop)
        where TFormat : struct, INumberFormat
    {
        var (start, position) = (row * width, row * Lanes.Padded(width));
        var (keep, keepNext) = (Vector512<float>.AllBitsSet, Vector512<float>.AllBitsSet);
        var total = Vector512<float>.Zero;
        for (var d = 0; d < width; d += Lanes.Width)
        {
            if (drop.Drops)
            {
                if (d % 32 == 0)
                    drop.Keep(position + d, out keep, out keepNext);
                else
                    keep = keepNext;
            }
            var left = width - d;
            var value = (Lanes.Load<TFormat>(branch, start + d, left, 0) + Lanes.Load<Float32Format>(bias, d, left, 0)) * drop.Scale & keep;
            value += Lanes.Load<TFormat>(residual, start + d, left, 0);
            Lanes.Store<TFormat>(value, branch, start + d, left);
            value = Lanes.Load<TFormat>(branch, start + d, left, 0); // as backward will see it
            value.Store(buffer + d); // lanes beyond the width hold 0
            total += value;
        }
        if (normalised == null)
            return;
        var mean = Vector512.Sum(total) / width;
        var squares = Vector512<float>.Zero;
        for (var d = 0; d < width; d += Lanes.Width)
        {
            var away = width - d >= Lanes.Width
                ? Vector512.Load(buffer + d) - Vector512.Create(mean)
                : Lanes.Load<Float32Format>(buffer, d, width - d, mean) - Vector512.Create(mean);
            squares = Vector512.FusedMultiplyAdd(away, away, squares);
        }
        var inverse = 1 / MathF.Sqrt(Vector512.Sum(squares) / width + Epsilon);
        (statistics[row * 2], statistics[row * 2 + 1]) = (mean, inverse);
        for (var d = 0; d < width; d += Lanes.Width)
        {
            var left = width - d;
            var value = (Vector512.Load(buffer + d) - Vector512.Create(mean)) * inverse;
            value = Vector512.FusedMultiplyAdd(value, Lanes.Load<Float32Format>(gamma, d, left, 0),
                Lanes.Load<Float32Format>(beta, d, left, 0));
            Lanes.Store<TFormat>(value, normalised, start + d, left);
        }
    }

    private static void BackwardRow<TFormat>(
        void* gradient, void* sum, float* statistics, float* gamma, void* branch, float* sums, long row, int width, DropoutDraw drop)
        where TFormat : struct, INumberFormat
    {
        var (start, position) = (row * width, row * Lanes.Padded(width));
        var (mean, inverse, along, level) = (0f, 1f, 0f, 0f);
        if (gamma != null)
        {
            (mean, inverse) = (statistics[row * 2], statistics[row * 2 + 1]);
            var (products, plain) = (Vector512<float>.Zero, Vector512<float>.Zero);
            for (var d = 0; d < width; d += Lanes.Width)
            {
                var left = width - d;
                var outer = Lanes.Load<TFormat>(gradient, start + d, left, 0);
                var normal = (Lanes.Load<TFormat>(sum, start + d, left, mean) - Vector512.Create(mean)) * inverse;
                var scaled = outer * Lanes.Load<Float32Format>(gamma, d, left, 0);
                products = Vector512.FusedMultiplyAdd(scaled, normal, products);
                plain += scaled;
                Add(sums + width, d, left, outer * normal);
                Add(sums + 2 * width, d, left, outer);
            }
            (along, level) = (Vector512.Sum(products) / width, Vector512.Sum(plain) / width);
        }
        var (keep, keepNext) = (Vector512<float>.AllBitsSet, Vector512<float>.AllBitsSet);
        for (var d = 0; d < width; d += Lanes.Width)
        {
            if (drop.Drops)
            {
                if (d % 32 == 0)
                    drop.Keep(position + d, out keep, out keepNext);
                else
                    keep = keepNext;
            }
            var left = width - d;
            var own = Lanes.Load<TFormat>(gradient, start + d, left, 0);
            if (gamma != null)
            {
                var normal = (Lanes.Load<TFormat>(sum, start + d, left, mean) - Vector512.Create(mean)) * inverse;
                own = (own * Lanes.Load<Float32Format>(gamma, d, left, 0) - Vector512.Create(level) - normal * along) * inverse;
            }
            if (sum != null)
                Lanes.Store<TFormat>(own, sum, start + d, left);
            own = own * drop.Scale & keep;
            if (branch != null)
                Lanes.Store<TFormat>(own, branch, start + d, left);
            Add(sums, d, left, own);
        }
    }

    private static void Add(float* sums, int at, int left, Vector512<float> value) =>
        Lanes.Store<Float32Format>(Lanes.Load<Float32Format>(sums, at, left, 0) + value, sums, at, left);
}
