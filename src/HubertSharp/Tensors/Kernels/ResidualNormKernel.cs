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
        if (Lanes.AreWide)
            Forward<Lanes512>(residual, branch, bias, norm, normalised, statistics, drop);
        else
            Forward<Lanes256>(residual, branch, bias, norm, normalised, statistics, drop);
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
        if (Lanes.AreWide)
            Backward<Lanes512>(gradient, sum, statistics, gamma, branch, parameterGradients, drop);
        else
            Backward<Lanes256>(gradient, sum, statistics, gamma, branch, parameterGradients, drop);
    }

    private static void Forward<TLanes>(Tensor residual, Tensor branch, Tensor bias, (Tensor Gamma, Tensor Beta)? norm, Tensor? normalised,
        Tensor? statistics, DropoutDraw drop)
        where TLanes : struct, ILanes<TLanes>
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
                        ForwardRow<BFloat16Format, TLanes>((void*)from, (void*)place, (float*)shift, (float*)gamma, (float*)beta,
                            (void*)target,
                            (float*)stats, buffer, row, width, drop);
                    else
                        ForwardRow<Float32Format, TLanes>((void*)from, (void*)place, (float*)shift, (float*)gamma, (float*)beta,
                            (void*)target,
                            (float*)stats, buffer, row, width, drop);
                }
            }
        });
    }

    private static void Backward<TLanes>(
        Tensor gradient, Tensor? sum, Tensor? statistics, Tensor? gamma, Tensor? branch,
        (Tensor Bias, Tensor? Gamma, Tensor? Beta) parameterGradients, DropoutDraw drop)
        where TLanes : struct, ILanes<TLanes>
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
                    BackwardRow<BFloat16Format, TLanes>((void*)outer, (void*)place, (float*)stats, (float*)scale, (void*)target,
                        (float*)sums, row,
                        width, drop);
                else
                    BackwardRow<Float32Format, TLanes>((void*)outer, (void*)place, (float*)stats, (float*)scale, (void*)target,
                        (float*)sums, row,
                        width, drop);
            }
        });
    }

    private static void ForwardRow<TFormat, TLanes>(
        void* residual, void* branch, float* bias, float* gamma, float* beta, void* normalised, float* statistics, float* buffer, long row,
        int width, DropoutDraw drop)
        where TFormat : struct, INumberFormat
        where TLanes : struct, ILanes<TLanes>
    {
        var (start, position) = (row * width, row * Lanes.Padded(width));
        var (keep, keepNext) = (TLanes.AllBitsSet, TLanes.AllBitsSet);
        var total = TLanes.Zero;
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
            var value = (Lanes.Load<TFormat, TLanes>(branch, start + d, left, 0) + Lanes.Load<Float32Format, TLanes>(bias, d, left, 0))
                * drop.Scale & keep;
            value += Lanes.Load<TFormat, TLanes>(residual, start + d, left, 0);
            Lanes.Store<TFormat, TLanes>(value, branch, start + d, left);
            value = Lanes.Load<TFormat, TLanes>(branch, start + d, left, 0); // as backward will see it
            value.Store(buffer + d); // lanes beyond the width hold 0
            total += value;
        }
        if (normalised == null)
            return;
        var mean = TLanes.Sum(total) / width;
        var squares = TLanes.Zero;
        for (var d = 0; d < width; d += Lanes.Width)
        {
            var away = width - d >= Lanes.Width
                ? TLanes.Load(buffer + d) - TLanes.Create(mean)
                : Lanes.Load<Float32Format, TLanes>(buffer, d, width - d, mean) - TLanes.Create(mean);
            squares = TLanes.FusedMultiplyAdd(away, away, squares);
        }
        var inverse = 1 / MathF.Sqrt(TLanes.Sum(squares) / width + Epsilon);
        (statistics[row * 2], statistics[row * 2 + 1]) = (mean, inverse);
        for (var d = 0; d < width; d += Lanes.Width)
        {
            var left = width - d;
            var value = (TLanes.Load(buffer + d) - TLanes.Create(mean)) * inverse;
            value = TLanes.FusedMultiplyAdd(value, Lanes.Load<Float32Format, TLanes>(gamma, d, left, 0),
                Lanes.Load<Float32Format, TLanes>(beta, d, left, 0));
            Lanes.Store<TFormat, TLanes>(value, normalised, start + d, left);
        }
    }

    private static void BackwardRow<TFormat, TLanes>(
        void* gradient, void* sum, float* statistics, float* gamma, void* branch, float* sums, long row, int width, DropoutDraw drop)
        where TFormat : struct, INumberFormat
        where TLanes : struct, ILanes<TLanes>
    {
        var (start, position) = (row * width, row * Lanes.Padded(width));
        var (mean, inverse, along, level) = (0f, 1f, 0f, 0f);
        if (gamma != null)
        {
            (mean, inverse) = (statistics[row * 2], statistics[row * 2 + 1]);
            var (products, plain) = (TLanes.Zero, TLanes.Zero);
            for (var d = 0; d < width; d += Lanes.Width)
            {
                var left = width - d;
                var outer = Lanes.Load<TFormat, TLanes>(gradient, start + d, left, 0);
                var normal = (Lanes.Load<TFormat, TLanes>(sum, start + d, left, mean) - TLanes.Create(mean)) * inverse;
                var scaled = outer * Lanes.Load<Float32Format, TLanes>(gamma, d, left, 0);
                products = TLanes.FusedMultiplyAdd(scaled, normal, products);
                plain += scaled;
                Add(sums + width, d, left, outer * normal);
                Add(sums + 2 * width, d, left, outer);
            }
            (along, level) = (TLanes.Sum(products) / width, TLanes.Sum(plain) / width);
        }
        var (keep, keepNext) = (TLanes.AllBitsSet, TLanes.AllBitsSet);
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
            var own = Lanes.Load<TFormat, TLanes>(gradient, start + d, left, 0);
            if (gamma != null)
            {
                var normal = (Lanes.Load<TFormat, TLanes>(sum, start + d, left, mean) - TLanes.Create(mean)) * inverse;
                own = (own * Lanes.Load<Float32Format, TLanes>(gamma, d, left, 0) - TLanes.Create(level) - normal * along) * inverse;
            }
            if (sum != null)
                Lanes.Store<TFormat, TLanes>(own, sum, start + d, left);
            own = own * drop.Scale & keep;
            if (branch != null)
                Lanes.Store<TFormat, TLanes>(own, branch, start + d, left);
            Add(sums, d, left, own);
        }
    }

    private static void Add<TLanes>(float* sums, int at, int left, TLanes value)
        where TLanes : struct, ILanes<TLanes> =>
        Lanes.Store<Float32Format, TLanes>(Lanes.Load<Float32Format, TLanes>(sums, at, left, 0) + value, sums, at, left);
}
