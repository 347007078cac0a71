using HubertSharp.Evaluation.Probe;
using static TorchSharp.torch;

namespace HubertSharp.Tests.Evaluation.Probe;

public class LogisticRegressionTests
{
    private const int Examples = 60;
    private const int Dimensions = 3;
    private const int Classes = 4;
    private const double L2 = 0.02;

    /// <summary>Plain gradient descent in double, run until nothing moves: the objective is convex, so there is one answer.</summary>
    [Fact]
    public void Reaches_the_minimum_that_plain_gradient_descent_finds()
    {
        using var scope = NewDisposeScope();
        var (x, y) = Data(seed: 5);
        using var model = LogisticRegression.Zero(Dimensions, Classes);
        var reached = model.Fit(tensor(x, [Examples, Dimensions]), tensor(y), L2, tolerance: 1e-5,
            cancellation: TestContext.Current.CancellationToken);

        var weights = new double[(Dimensions + 1) * Classes];
        for (var step = 0; step < 4000; step++)
        {
            var (_, gradient) = Objective(x, y, weights);
            for (var i = 0; i < weights.Length; i++)
                weights[i] -= gradient[i];
        }
        var (minimum, rest) = Objective(x, y, weights);
        Assert.True(rest.All(g => Math.Abs(g) < 1e-9), "gradient descent has converged");
        Assert.Equal(minimum, reached, 1e-6); // float32 against float64
        var predicted = model.Predict(tensor(x, [Examples, Dimensions]));
        var disagreements = Enumerable.Range(0, Examples).Count(n => predicted[n] != Best(x, weights, n));
        Assert.InRange(disagreements, 0, 1);
    }

    [Fact]
    public void Twice_the_same()
    {
        using var scope = NewDisposeScope();
        var (x, y) = Data(seed: 6);
        using var first = LogisticRegression.Zero(Dimensions, Classes);
        using var second = LogisticRegression.Zero(Dimensions, Classes);
        Assert.Equal(
            first.Fit(tensor(x, [Examples, Dimensions]), tensor(y), L2, tolerance: 1e-5,
                cancellation: TestContext.Current.CancellationToken), second.Fit(tensor(x, [Examples, Dimensions]), tensor(y), L2,
                    tolerance: 1e-5, cancellation: TestContext.Current.CancellationToken));
    }

    private static (float[] X, long[] Y) Data(int seed)
    {
        var random = new Random(seed);
        var y = Enumerable.Range(0, Examples).Select(_ => random.NextInt64(Classes)).ToArray();
        var x = new float[Examples * Dimensions];
        for (var i = 0; i < x.Length; i++)
            x[i] = (float)(random.NextDouble() * 2 + Math.Sin(y[i / Dimensions] * (1 + i % Dimensions)));
        return (x, y);
    }

    private static double[] Logits(float[] x, double[] weights, int n) =>
        [.. Enumerable.Range(0, Classes).Select(k =>
            weights[Dimensions * Classes + k]
            + Enumerable.Range(0, Dimensions).Sum(d => x[n * Dimensions + d] * weights[d * Classes + k]))];

    private static int Best(float[] x, double[] weights, int n)
    {
        var logits = Logits(x, weights, n);
        return Array.IndexOf(logits, logits.Max());
    }

    private static (double Value, double[] Gradient) Objective(float[] x, long[] y, double[] weights)
    {
        var value = 0.0;
        var gradient = new double[weights.Length];
        for (var n = 0; n < Examples; n++)
        {
            var logits = Logits(x, weights, n);
            var sum = logits.Sum(Math.Exp);
            value -= Math.Log(Math.Exp(logits[y[n]]) / sum) / Examples;
            for (var k = 0; k < Classes; k++)
            {
                var difference = (Math.Exp(logits[k]) / sum - (k == y[n] ? 1 : 0)) / Examples;
                for (var d = 0; d < Dimensions; d++)
                    gradient[d * Classes + k] += difference * x[n * Dimensions + d];
                gradient[Dimensions * Classes + k] += difference;
            }
        }
        for (var i = 0; i < Dimensions * Classes; i++)
        {
            value += L2 / 2 * weights[i] * weights[i];
            gradient[i] += L2 * weights[i];
        }
        return (value, gradient);
    }
}
