using static TorchSharp.torch;

namespace HubertSharp.Tensors.Kernels;

// R rows of attention weights, T keys each.

/// <summary>
/// Softmax over keys with its scale, the padding and the dropout in one pass over memory. The weights are kept with their sign
/// turned where dropout takes them, so that backward needs neither the mask nor a second copy.
/// </summary>
internal static unsafe class SoftmaxKernel
{
    private const int RowsPerPart = 64;

    /// <summary>Scores become weights, dropped ones with a minus sign.</summary>
    /// <param name="scores">[R, T] products of queries and keys; overwritten.</param>
    /// <param name="dropped">[R, T]: weights after dropout; null without dropout, where they are the weights themselves.</param>
    /// <param name="keyBias">[B, T] float32 added to the scores (−∞ where padding), or null.</param>
    /// <param name="scale">What the scores are multiplied with first.</param>
    /// <param name="drop">The dropout.</param>
    public static void Forward(Tensor scores, Tensor? dropped, Tensor? keyBias, float scale, DropoutDraw drop)
    {
        if (Lanes.AreWide)
            Forward<Lanes512>(scores, dropped, keyBias, scale, drop);
        else
            Forward<Lanes256>(scores, dropped, keyBias, scale, drop);
    }

    /// <summary>Gradients of the dropped weights become gradients of the unscaled scores.</summary>
    /// <param name="weights">[R, T] as <see cref="Forward"/> left them.</param>
    /// <param name="gradient">[R, T]; overwritten.</param>
    /// <param name="dropped">[R, T]: filled with the weights after dropout; null without dropout.</param>
    /// <param name="scale">As in forward.</param>
    /// <param name="keepScale">What kept weights were multiplied with.</param>
    public static void Backward(Tensor weights, Tensor gradient, Tensor? dropped, float scale, float keepScale)
    {
        if (Lanes.AreWide)
            Backward<Lanes512>(weights, gradient, dropped, scale, keepScale);
        else
            Backward<Lanes256>(weights, gradient, dropped, scale, keepScale);
    }

    private static void Forward<TLanes>(Tensor scores, Tensor? dropped, Tensor? keyBias, float scale, DropoutDraw drop)
        where TLanes : struct, ILanes<TLanes>
    {
        var (rows, keys) = (scores.numel() / scores.shape[^1], (int)scores.shape[^1]);
        var (weights, kept) = ((nint)TensorPointer.Any(scores), dropped is null ? 0 : (nint)TensorPointer.Any(dropped));
        var bias = keyBias is null ? 0 : (nint)TensorPointer.Singles(keyBias);
        var rowsPerBias = keyBias is null ? long.MaxValue : rows / keyBias.shape[0];
        var brain = Lanes.IsBrain(scores);
        RowParts.Run(rows, RowsPerPart, (first, count) =>
        {
            fixed (float* buffer = new float[Lanes.Padded(keys)])
            {
                for (var row = first; row < first + count; row++)
                {
                    var own = bias == 0 ? null : (float*)bias + row / rowsPerBias * keys;
                    if (brain)
                        ForwardRow<BFloat16Format, TLanes>((void*)weights, (void*)kept, own, row, keys, buffer, scale, drop);
                    else
                        ForwardRow<Float32Format, TLanes>((void*)weights, (void*)kept, own, row, keys, buffer, scale, drop);
                }
            }
        });
    }

    private static void Backward<TLanes>(Tensor weights, Tensor gradient, Tensor? dropped, float scale, float keepScale)
        where TLanes : struct, ILanes<TLanes>
    {
        var (rows, keys) = (weights.numel() / weights.shape[^1], (int)weights.shape[^1]);
        var (source, outer) = ((nint)TensorPointer.Any(weights), (nint)TensorPointer.Any(gradient));
        var kept = dropped is null ? 0 : (nint)TensorPointer.Any(dropped);
        var brain = Lanes.IsBrain(weights);
        RowParts.Run(rows, RowsPerPart, (first, count) =>
        {
            for (var row = first; row < first + count; row++)
            {
                if (brain)
                    BackwardRow<BFloat16Format, TLanes>((void*)source, (void*)outer, (void*)kept, row, keys, scale, keepScale);
                else
                    BackwardRow<Float32Format, TLanes>((void*)source, (void*)outer, (void*)kept, row, keys, scale, keepScale);
            }
        });
    }

    private static void ForwardRow<TFormat, TLanes>(
        void* weights, void* kept, float* bias, long row, int keys, float* buffer, float scale, DropoutDraw drop)
        where TFormat : struct, INumberFormat
        where TLanes : struct, ILanes<TLanes>
    {
        var start = row * keys;
        var largest = TLanes.Create(float.NegativeInfinity);
        for (var k = 0; k < keys; k += Lanes.Width)
        {
            var value = Lanes.Load<TFormat, TLanes>(weights, start + k, keys - k, float.NegativeInfinity) * scale;
            if (bias != null)
                value += Lanes.Load<Float32Format, TLanes>(bias, k, keys - k, 0);
            value.Store(buffer + k);
            largest = TLanes.Max(largest, value);
        }
        var offset = TLanes.Create(TLanes.MaxOf(largest));
        var sum = TLanes.Zero;
        for (var k = 0; k < keys; k += Lanes.Width)
        {
            var value = TLanes.Load(buffer + k) - offset;
            var power = TLanes.Select(
                TLanes.LessThan(value, TLanes.Create(-87f)), TLanes.Zero, VectorMath.ExpOfNegative(value));
            power.Store(buffer + k);
            sum += power;
        }
        var inverse = TLanes.Create(1 / TLanes.Sum(sum));
        if (kept == null)
        {
            for (var k = 0; k < keys; k += Lanes.Width)
                Lanes.Store<TFormat, TLanes>(TLanes.Load(buffer + k) * inverse, weights, start + k, keys - k);
            return;
        }
        var position = row * Lanes.Padded(keys);
        for (var k = 0; k < keys; k += 32)
        {
            drop.Keep<TLanes>(position + k, out var first, out var second);
            Keep<TFormat, TLanes>(weights, kept, start, k, keys, TLanes.Load(buffer + k) * inverse, first, drop.Scale);
            if (k + Lanes.Width < keys)
                Keep<TFormat, TLanes>(weights, kept, start, k + Lanes.Width, keys, TLanes.Load(buffer + k + Lanes.Width) * inverse, second,
                    drop.Scale);
        }
    }

    private static void Keep<TFormat, TLanes>(
        void* weights, void* kept, long start, int k, int keys, TLanes weight, TLanes keep, float keepScale)
        where TFormat : struct, INumberFormat
        where TLanes : struct, ILanes<TLanes>
    {
        Lanes.Store<TFormat, TLanes>(TLanes.Select(keep, weight, -weight), weights, start + k, keys - k);
        Lanes.Store<TFormat, TLanes>(weight * keepScale & keep, kept, start + k, keys - k);
    }

    private static void BackwardRow<TFormat, TLanes>(
        void* weights, void* gradient, void* kept, long row, int keys, float scale, float keepScale)
        where TFormat : struct, INumberFormat
        where TLanes : struct, ILanes<TLanes>
    {
        var start = row * keys;
        var along = TLanes.Zero;
        for (var k = 0; k < keys; k += Lanes.Width)
        {
            var weight = Lanes.Load<TFormat, TLanes>(weights, start + k, keys - k, 0);
            var keep = TLanes.GreaterThan(weight, TLanes.Zero);
            var after = weight * keepScale & keep;
            along = TLanes.FusedMultiplyAdd(after, Lanes.Load<TFormat, TLanes>(gradient, start + k, keys - k, 0), along);
            if (kept != null)
                Lanes.Store<TFormat, TLanes>(after, kept, start + k, keys - k);
        }
        var mean = TLanes.Create(TLanes.Sum(along));
        for (var k = 0; k < keys; k += Lanes.Width)
        {
            var weight = Lanes.Load<TFormat, TLanes>(weights, start + k, keys - k, 0);
            var keep = TLanes.GreaterThan(weight, TLanes.Zero);
            var own = Lanes.Load<TFormat, TLanes>(gradient, start + k, keys - k, 0) * keepScale & keep;
            Lanes.Store<TFormat, TLanes>(TLanes.Abs(weight) * (own - mean) * scale, gradient, start + k, keys - k);
        }
    }
}
