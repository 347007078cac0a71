using static TorchSharp.torch;

namespace HubertSharp.Evaluation;

// N examples, D feature dimensions

/// <summary>
/// What frozen features make linearly available: multinomial logistic regression on one feature vector per example, tested on
/// speakers that it was not trained on (or recordings, where only one speaker is known), every speaker in turn.
/// </summary>
public static class LinearProbe
{
    /// <summary>Fits and tests the probe on every fold.</summary>
    /// <param name="name">What the features are, for the result.</param>
    /// <param name="examples">The examples.</param>
    /// <param name="features">Their feature vectors, row by row: N * D values.</param>
    /// <param name="options">Settings.</param>
    /// <param name="cancellation">Ends between two iterations.</param>
    /// <exception cref="Runs.UserException">Too few examples for two classes, or features that are not finite.</exception>
    public static ProbeResult Run(
        string name, IReadOnlyList<ProbeExample> examples, float[] features, ProbeOptions options, CancellationToken cancellation = default)
    {
        var dimensions = features.Length / examples.Count;
        if (features.Any(value => !float.IsFinite(value)))
            throw EvaluationFaults.NotFinite(name);
        var folds = ProbeFolds.Create(examples, options);
        var classes = folds.Classes.Select((label, k) => (label, k)).ToDictionary(c => c.label, c => c.k, StringComparer.Ordinal);
        using var scope = NewDisposeScope();
        var all = tensor(features, [examples.Count, dimensions]);

        int tested = 0, correct = 0, majority = 0;
        var penalties = new List<double>();
        for (var fold = 0; fold < folds.Count; fold++)
        {
            using var inner = NewDisposeScope();
            var known = Enumerable.Range(0, examples.Count).Where(i => classes.ContainsKey(examples[i].Label)).ToArray();
            var training = known.Where(i => folds.FoldOf[i] != fold).ToArray();
            var test = known.Where(i => folds.FoldOf[i] == fold).ToArray();
            if (test.Length == 0)
                continue;
            var penalty = ChoosePenalty(training);
            penalties.Add(penalty);

            var (standard, mean, scale) = Standardise(Rows(training));
            using var model = LogisticRegression.Zero(dimensions, classes.Count);
            foreach (var stronger in options.Penalties.Where(p => p >= penalty))
                model.Fit(standard, Labels(training), stronger, cancellation: cancellation);
            var predicted = model.Predict((Rows(test) - mean) / scale);
            var commonest = training.GroupBy(i => examples[i].Label).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).First().Key;
            tested += test.Length;
            correct += test.Where((example, i) => predicted[i] == classes[examples[example].Label]).Count();
            majority += test.Count(example => examples[example].Label == commonest);
        }
        var (low, high) = WilsonInterval.Of95Percent(correct, tested);
        return new ProbeResult(name, dimensions, folds.Split, penalties.Count, classes.Count, tested, correct,
            (double)correct / tested, low, high, 1.0 / classes.Count, (double)majority / tested, penalties);

        double ChoosePenalty(int[] training)
        {
            using var inner = NewDisposeScope();
            var (fit, heldOut) = ProbeFolds.HoldOut(examples, training, options.Seed);
            if (heldOut.Length == 0)
                return options.Penalties[0];
            var (standard, mean, scale) = Standardise(Rows(fit));
            var heldOutFeatures = (Rows(heldOut) - mean) / scale;
            using var model = LogisticRegression.Zero(dimensions, classes.Count);
            var (best, bestLoss) = (options.Penalties[0], double.PositiveInfinity);
            foreach (var penalty in options.Penalties)
            {
                model.Fit(standard, Labels(fit), penalty, cancellation: cancellation);
                var loss = model.CrossEntropyNats(heldOutFeatures, Labels(heldOut));
                // From strong to weak the held-out loss falls and then rises.
                if (loss >= bestLoss)
                    break;
                (best, bestLoss) = (penalty, loss);
            }
            return best;
        }

        Tensor Rows(int[] indices) => all.index_select(0, tensor(indices, ScalarType.Int64));

        Tensor Labels(int[] indices) => tensor(indices.Select(i => (long)classes[examples[i].Label]).ToArray());
    }

    private static (Tensor Standard, Tensor Mean, Tensor Scale) Standardise(Tensor rows)
    {
        var mean = rows.mean([0], keepdim: true);
        var scale = rows.std(0, unbiased: false, keepdim: true).clamp_min(1e-6);
        return ((rows - mean) / scale, mean, scale);
    }
}
