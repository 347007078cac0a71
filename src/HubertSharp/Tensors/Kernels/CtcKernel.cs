using System.Buffers;
using System.Runtime.Intrinsics;

namespace HubertSharp.Tensors.Kernels;

// T frames, V classes, L symbols of a transcript, S = 2L + 1 states: blank, symbol, blank, symbol, ..., blank.

/// <summary>
/// CTC's loss and its gradient by the logits for one utterance (Graves et al. 2006, equations 5 to 16), forward and backward variables
/// in float64 logarithms: whatever the logits are, no path is lost to underflow.
/// </summary>
internal static unsafe class CtcKernel
{
    /// <summary>The logarithm of nothing; finite, so that a difference of two of them is a number.</summary>
    private const double Nothing = -1e290;

    private const double Impossible = -1e200;
    private const int Lanes = 4, Front = 2; // states before the first, which nothing reaches

    /// <summary>The loss of one utterance.</summary>
    /// <param name="logits">[T, V].</param>
    /// <param name="gradient">[T, V] that takes the gradient: zeros where the loss is infinite.</param>
    /// <param name="frames">T.</param>
    /// <param name="classes">V.</param>
    /// <param name="target">[L] classes, none of them the blank.</param>
    /// <param name="blank">Class of the blank.</param>
    /// <returns>Nats; infinity where no path has as few frames.</returns>
    public static double Loss(float* logits, float* gradient, int frames, int classes, ReadOnlySpan<int> target, int blank)
    {
        var states = (2 * target.Length) + 1;
        var width = Front + states + Front + Lanes;
        var memory = ArrayPool<double>.Shared.Rent(((frames + 4) * width) + (2 * frames));
        var labels = ArrayPool<int>.Shared.Rent(states);
        try
        {
            fixed (double* all = memory)
            {
                var row = new Row(logits, gradient, frames, classes, states, width, all);
                for (var s = 0; s < states; s++)
                    labels[s] = s % 2 == 0 ? blank : target[s / 2];
                new Span<double>(all, (frames + 4) * width).Fill(Nothing);
                for (var s = 3; s < states; s += 2)
                {
                    if (labels[s] != labels[s - 2])
                        row.SkipInto[Front + s] = 0; // from the symbol before, without a blank between
                }
                row.Normalise();
                var logLikelihood = row.Forward(labels);
                if (logLikelihood < Impossible)
                {
                    new Span<float>(gradient, frames * classes).Clear();
                    return double.PositiveInfinity;
                }
                row.Backward(labels, logLikelihood);
                return -logLikelihood;
            }
        }
        finally
        {
            ArrayPool<double>.Shared.Return(memory);
            ArrayPool<int>.Shared.Return(labels);
        }
    }

    private readonly struct Row(float* logits, float* gradient, int frames, int classes, int states, int width, double* memory)
    {
        /// <summary>[S] 0 where the state before the last may be left for this one, else nothing.</summary>
        public double* SkipInto => memory + ((long)(frames + 3) * width);

        private double* Alpha(int t) => memory + ((long)t * width);

        private double* Emissions => memory + ((long)frames * width);

        private double* Beta(int t) => memory + ((long)(frames + 1 + (t & 1)) * width);

        /// <summary>[T] logarithms of the softmax's denominators.</summary>
        private double* Denominators => memory + ((long)(frames + 4) * width);

        /// <summary>The softmax, which the gradient begins with.</summary>
        public void Normalise()
        {
            for (var t = 0; t < frames; t++)
            {
                var x = logits + ((long)t * classes);
                var g = gradient + ((long)t * classes);
                var most = float.NegativeInfinity;
                for (var v = 0; v < classes; v++)
                    most = Math.Max(most, x[v]);
                var (shift, sum, i) = (Vector256.Create((double)most), Vector256<double>.Zero, 0);
                for (; i + Lanes <= classes; i += Lanes)
                {
                    var share = ExpOfNegative(Wide(x + i) - shift);
                    sum += share;
                    Vector128.Narrow(share.GetLower(), share.GetUpper()).Store(g + i);
                }
                var total = Vector256.Sum(sum);
                for (; i < classes; i++)
                {
                    var share = Math.Exp(x[i] - (double)most);
                    total += share;
                    g[i] = (float)share;
                }
                Denominators[t] = most + Math.Log(total);
                var inverse = (float)(1 / total);
                for (var v = 0; v < classes; v++)
                    g[v] *= inverse;
            }
        }

        /// <summary>Forward variables of every frame; the logarithm of the whole likelihood.</summary>
        public double Forward(int[] labels)
        {
            var first = Alpha(0) + Front;
            Emit(0, labels);
            first[0] = Emissions[Front];
            if (states > 1)
                first[1] = Emissions[Front + 1];
            for (var t = 1; t < frames; t++)
            {
                Emit(t, labels);
                var before = Alpha(t - 1) + Front;
                var now = Alpha(t) + Front;
                var (low, high) = Reach(t);
                for (var s = low; s < high; s += Lanes)
                {
                    var sum = LogSum(Vector256.Load(before + s), Vector256.Load(before + s - 1),
                        Vector256.Load(before + s - 2) + Vector256.Load(SkipInto + Front + s));
                    (sum + Vector256.Load(Emissions + Front + s)).Store(now + s);
                }
                Clear(now, high);
            }
            var last = Alpha(frames - 1) + Front;
            return states > 1 ? LogSum(last[states - 1], last[states - 2]) : last[0];
        }

        /// <summary>Takes each state's share of a frame from the gradient.</summary>
        public void Backward(int[] labels, double logLikelihood)
        {
            var whole = Vector256.Create(logLikelihood);
            var shares = stackalloc double[Lanes];
            // beta holds the backward variable with the emission of its own frame
            for (var t = frames - 1; t >= 0; t--)
            {
                Emit(t, labels);
                var later = Beta(t + 1) + Front;
                var now = Beta(t) + Front;
                var (low, high) = Reach(t);
                if (t == frames - 1)
                {
                    new Span<double>(now - Front, width).Fill(Nothing);
                    now[states - 1] = 0;
                    if (states > 1)
                        now[states - 2] = 0;
                }
                else
                {
                    for (var s = low; s < high; s += Lanes)
                        LogSum(Vector256.Load(later + s), Vector256.Load(later + s + 1),
                            Vector256.Load(later + s + 2) + Vector256.Load(SkipInto + Front + s + 2)).Store(now + s);
                    new Span<double>(now - Front, Front + low).Fill(Nothing);
                    Clear(now, high);
                }
                var alpha = Alpha(t) + Front;
                var g = gradient + ((long)t * classes);
                for (var s = low; s < high; s += Lanes)
                {
                    var beta = Vector256.Load(now + s);
                    ExpOfNegative(Vector256.Load(alpha + s) + beta - whole).Store(shares);
                    (beta + Vector256.Load(Emissions + Front + s)).Store(now + s);
                    for (var i = 0; i < Math.Min(Lanes, high - s); i++)
                        g[labels[s + i]] -= (float)shares[i];
                }
                Clear(now, high);
            }
        }

        /// <summary>States that a path from the first frame can be in, and that can still reach the end.</summary>
        private (int Low, int High) Reach(int t) =>
            ((int)Math.Max(0, states - (2L * (frames - t))), (int)Math.Min(states, 2L * (t + 1)));

        private void Emit(int t, int[] labels)
        {
            var x = logits + ((long)t * classes);
            var emissions = Emissions + Front;
            for (var s = 0; s < states; s++)
                emissions[s] = x[labels[s]] - Denominators[t];
        }

        // lanes behind the last state that was computed
        private void Clear(double* row, int high) => new Span<double>(row + high, width - Front - high).Fill(Nothing);

        private static Vector256<double> Wide(float* x)
        {
            var four = Vector128.Load(x);
            return Vector256.Create(Vector128.WidenLower(four), Vector128.WidenUpper(four));
        }

        // .NET's vectors leave their fast way for arguments whose exponential is 0: e^-700 is as good
        private static Vector256<double> ExpOfNegative(Vector256<double> x) => Vector256.Exp(Vector256.Max(x, Vector256.Create(-700.0)));

        private static Vector256<double> LogSum(Vector256<double> a, Vector256<double> b, Vector256<double> c)
        {
            var most = Vector256.Max(Vector256.Max(a, b), c);
            return most + Vector256.Log(ExpOfNegative(a - most) + ExpOfNegative(b - most) + ExpOfNegative(c - most));
        }

        private static double LogSum(double a, double b)
        {
            var most = Math.Max(a, b);
            return most + Math.Log(Math.Exp(a - most) + Math.Exp(b - most));
        }
    }
}
