using TorchSharp;
using static TorchSharp.torch;

namespace HubertSharp.Evaluation.Probe;

/// <summary>
/// Limited-memory BFGS with a backtracking line search for a smooth convex function of one tensor (Nocedal and Wright, algorithm
/// 7.5). Deterministic.
/// </summary>
internal static class Lbfgs
{
    private const int History = 10;
    private const double SufficientDecrease = 1e-4;
    private const int MaxBacktracks = 20;

    /// <summary>Changes <paramref name="x"/> in place until the gradient's norm has fallen to <paramref name="goal"/>.</summary>
    /// <param name="x">Start, and result.</param>
    /// <param name="evaluate">Value and gradient at a point; the gradient has the shape of <paramref name="x"/>.</param>
    /// <param name="maxIterations">Most iterations.</param>
    /// <param name="goal">Gradient norm that is small enough.</param>
    /// <param name="cancellation">Ends between two iterations.</param>
    /// <returns>The value reached.</returns>
    public static double Minimise(
        Tensor x, Func<Tensor, (double Value, Tensor Gradient)> evaluate, int maxIterations, double goal, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var steps = new List<(Tensor Step, Tensor Change, double Curvature)>();
        var (value, gradient) = evaluate(x);
        for (var iteration = 0; iteration < maxIterations && Norm(gradient) > goal; iteration++)
        {
            cancellation.ThrowIfCancellationRequested();
            var direction = Direction(gradient, steps);
            var slope = Dot(gradient, direction);
            if (slope >= 0)
                break;
            var length = steps.Count == 0 ? Math.Min(1, 1 / Norm(gradient)) : 1.0;
            if (Search(x, evaluate, value, slope, direction, length) is not var (next, nextValue, nextGradient))
                break;
            var step = next - x;
            var change = nextGradient - gradient;
            var curvature = Dot(step, change);
            if (curvature > 1e-7 * Dot(change, change))
                Remember(steps, step, change, curvature);
            x.copy_(next);
            next.Dispose();
            gradient.Dispose();
            (value, gradient) = (nextValue, nextGradient);
        }
        return value;
    }

    private static (Tensor X, double Value, Tensor Gradient)? Search(
        Tensor x, Func<Tensor, (double Value, Tensor Gradient)> evaluate, double value, double slope, Tensor direction, double length)
    {
        for (var tries = 0; tries < MaxBacktracks; tries++, length /= 2)
        {
            using var scale = length.ToScalar();
            var next = x.add(direction, scale);
            var (nextValue, nextGradient) = evaluate(next);
            if (nextValue <= value + SufficientDecrease * length * slope)
                return (next, nextValue, nextGradient);
            next.Dispose();
            nextGradient.Dispose();
        }
        return null;
    }

    private static Tensor Direction(Tensor gradient, List<(Tensor Step, Tensor Change, double Curvature)> steps)
    {
        var direction = gradient.neg();
        if (steps.Count == 0)
            return direction;
        var weights = new double[steps.Count];
        for (var i = steps.Count - 1; i >= 0; i--)
        {
            weights[i] = Dot(steps[i].Step, direction) / steps[i].Curvature;
            Add(direction, steps[i].Change, -weights[i]);
        }
        using var scale = (steps[^1].Curvature / Dot(steps[^1].Change, steps[^1].Change)).ToScalar();
        direction.mul_(scale);
        for (var i = 0; i < steps.Count; i++)
            Add(direction, steps[i].Step, weights[i] - Dot(steps[i].Change, direction) / steps[i].Curvature);
        return direction;
    }

    private static void Add(Tensor sum, Tensor term, double factor)
    {
        using var scale = factor.ToScalar();
        sum.add_(term, scale);
    }

    private static void Remember(List<(Tensor Step, Tensor Change, double Curvature)> steps, Tensor step, Tensor change, double curvature)
    {
        if (steps.Count == History)
        {
            steps[0].Step.Dispose();
            steps[0].Change.Dispose();
            steps.RemoveAt(0);
        }
        steps.Add((step, change, curvature));
    }

    private static double Dot(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        return a.flatten().dot(b.flatten()).item<float>();
    }

    /// <summary>Euclidean norm.</summary>
    public static double Norm(Tensor a) => Math.Sqrt(Dot(a, a));
}
