using TorchSharp;
using static TorchSharp.torch;

namespace HubertSharp.Evaluation.Probe;

// N examples, D feature dimensions, K classes

/// <summary>
/// Multinomial logistic regression: minimises mean cross entropy (nats) + l2/2 * |W|^2 over W [D, K] and an unpenalised bias [K].
/// Deterministic for a given number of threads.
/// </summary>
internal sealed class LogisticRegression : IDisposable
{
    private readonly Tensor _weights; // [D + 1, K], the bias is the last row

    private LogisticRegression(Tensor weights) => _weights = weights;

    /// <summary>Starts from zero.</summary>
    public static LogisticRegression Zero(int dimensions, int classes) =>
        new(zeros(dimensions + 1, classes).DetachFromDisposeScope());

    /// <summary>Goes on from the present weights: fitting from strong to weak <paramref name="l2"/> costs a few iterations each.</summary>
    /// <param name="features">[N, D] float32.</param>
    /// <param name="labels">[N] int64, 0 to K - 1.</param>
    /// <param name="l2">Weight of the penalty, 0 or more.</param>
    /// <param name="tolerance">The fit ends when the gradient's norm has fallen to this share of what it is at zero.</param>
    /// <param name="maxIterations">Most L-BFGS iterations.</param>
    /// <param name="cancellation">Ends between two iterations.</param>
    /// <returns>The objective reached.</returns>
    public double Fit(Tensor features, Tensor labels, double l2, double tolerance = 5e-3, int maxIterations = 200,
        CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var count = features.shape[0];
        var transposed = features.t().contiguous();
        using var examples = ((double)count).ToScalar();
        using var penalty = l2.ToScalar();
        var targets = labels.unsqueeze(1); // [N, 1]
        var minusOnes = ones(count, 1).neg_();
        var goal = tolerance * Lbfgs.Norm(Evaluate(zeros_like(_weights)).Gradient);
        return Lbfgs.Minimise(_weights, Evaluate, maxIterations, goal, cancellation);

        (double Value, Tensor Gradient) Evaluate(Tensor weights)
        {
            using var inner = NewDisposeScope();
            var probabilities = Logits(weights, features).log_softmax(-1); // [N, K]
            var matrix = weights.narrow(0, 0, features.shape[1]);
            var value = -probabilities.gather(1, targets).sum(ScalarType.Float64).item<double>() / count
                + l2 / 2 * (matrix * matrix).sum(ScalarType.Float64).item<double>();
            probabilities.exp_().scatter_add_(1, targets, minusOnes);
            var gradient = cat([mm(transposed, probabilities), probabilities.sum(0, keepdim: true)], 0).div_(examples); // [D + 1, K]
            gradient.narrow(0, 0, features.shape[1]).add_(matrix, penalty);
            return (value, gradient.MoveToOuterDisposeScope());
        }
    }

    /// <summary>The likeliest class of each example.</summary>
    public int[] Predict(Tensor features)
    {
        using var scope = NewDisposeScope();
        return [.. Logits(_weights, features).argmax(-1).to(ScalarType.Int32).data<int>()];
    }

    /// <summary>Mean cross entropy in nats.</summary>
    public double CrossEntropyNats(Tensor features, Tensor labels)
    {
        using var scope = NewDisposeScope();
        return nn.functional.cross_entropy(Logits(_weights, features), labels).item<float>();
    }

    /// <inheritdoc/>
    public void Dispose() => _weights.Dispose();

    private static Tensor Logits(Tensor weights, Tensor features)
    {
        var dimensions = features.shape[1];
        return addmm(weights.narrow(0, dimensions, 1), features, weights.narrow(0, 0, dimensions), 1, 1); // [N, K]
    }
}
