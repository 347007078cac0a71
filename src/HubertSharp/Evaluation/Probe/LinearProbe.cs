using System.Text.Json;
using HubertSharp.Distributed;
using HubertSharp.Evaluation.Resampling;
using HubertSharp.Tensors;
using static TorchSharp.torch;

namespace HubertSharp.Evaluation.Probe;

// N examples, D feature dimensions

/// <summary>
/// What frozen features make linearly available: multinomial logistic regression on one feature vector per example, tested on
/// speakers, recordings or pronunciations that it was not trained on, each in turn. Features are standardised by each speaker's own mean
/// and deviation over all of the speaker's examples, which uses no label.
/// </summary>
internal static class LinearProbe
{
    /// <summary>Enough to choose a penalty by: the objective is then within a thousandth of its minimum.</summary>
    private const double RoughTolerance = 1e-2;

    /// <summary>Fits and tests the probe on every fold.</summary>
    /// <param name="set">What the features are.</param>
    /// <param name="examples">The examples.</param>
    /// <param name="features">Their feature vectors, row by row: N * D values.</param>
    /// <param name="options">Settings.</param>
    /// <param name="cancellation">Ends between two iterations.</param>
    /// <exception cref="Runs.UserException">Too few examples for two classes, or features that are not finite.</exception>
    public static ProbeResult Run(
        FeatureSet set, IReadOnlyList<ProbeExample> examples, float[] features, ProbeOptions options,
        CancellationToken cancellation = default)
    {
        var dimensions = set.Dimensions;
        if (features.Any(value => !float.IsFinite(value)))
            throw EvaluationFaults.NotFinite(set.Name);
        var folds = ProbeFolds.Create(examples, options);
        var classes = folds.Classes.Select((label, k) => (label, k)).ToDictionary(c => c.label, c => c.k, StringComparer.Ordinal);
        using var scope = NewDisposeScope();
        var all = tensor(StandardisedBySpeaker(examples, features, dimensions), [examples.Count, dimensions]);

        var limits = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation };
        var tests = SharedItems.InTurn(options.Replicas, folds.Count, mine =>
        {
            var made = new byte[mine.Length][];
            Parallel.For(0, mine.Length, limits, TorchRuntime.SingleThreaded, (turn, _, threads) =>
            {
                made[turn] = JsonSerializer.SerializeToUtf8Bytes(Test(mine[turn]));
                return threads;
            }, threads => threads.Dispose());
            return made;
        });

        FoldTest[] done = [.. tests.Select(test => JsonSerializer.Deserialize<FoldTest?>(test)).OfType<FoldTest>()];
        var (tested, correct) = (done.Sum(test => test.Tested.Count), done.Sum(test => test.Tested.Count(t => t.IsCorrect)));
        // the classifiers stay as they are: what is drawn anew is who and what they are tested on
        var figure = ResampledFigure.Quotient(
        [
            .. done.SelectMany(test => test.Tested).Select(t =>
                (examples[t.Example].Recording, (string?)examples[t.Example].Speaker, t.IsCorrect ? 1.0 : 0, 1.0)),
        ]);
        return new ProbeResult(set, options.HeldOut, done.Length, classes.Count, tested, correct, (double)correct / tested,
            figure.Estimate().Intervals, 1.0 / classes.Count, (double)done.Sum(test => test.Majority) / tested,
            [.. done.Select(test => test.Penalty)])
        {
            Learnt = done.Max(test => test.Learnt),
            Figure = figure,
        };

        FoldTest? Test(int fold)
        {
            using var inner = NewDisposeScope();
            var known = Enumerable.Range(0, examples.Count).Where(i => classes.ContainsKey(examples[i].Label)).ToArray();
            var training = ProbeFolds.Learnt(examples, [.. known.Where(i => folds.FoldOf[i] != fold)], options);
            var test = known.Where(i => folds.FoldOf[i] == fold && examples[i].IsScored).ToArray();
            if (test.Length == 0)
                return null;
            var (penalty, model) = Fit(training);
            using var disposed = model;
            var predicted = model.Predict(Rows(test));
            var commonest = training.GroupBy(i => examples[i].Label).OrderByDescending(g => g.Count())
                .ThenBy(g => g.Key, StringComparer.Ordinal).First().Key;
            return new FoldTest(penalty, training.Length,
                [.. test.Select((example, i) => new Tested(example, predicted[i] == classes[examples[example].Label]))],
                test.Count(example => examples[example].Label == commonest));
        }

        (double, LogisticRegression) Fit(int[] training)
        {
            using var inner = NewDisposeScope();
            var (fit, heldOut) = ProbeFolds.HoldOut(examples, training, options.Seed, options.HeldOut);
            var (fitRows, fitLabels, heldOutRows, heldOutLabels) = (Rows(fit), Labels(fit), Rows(heldOut), Labels(heldOut));
            var model = LogisticRegression.Zero(dimensions, classes.Count);
            var (best, bestLoss) = (options.Penalties[0], double.PositiveInfinity);
            foreach (var penalty in heldOut.Length > 0 ? options.Penalties : [])
            {
                model.Fit(fitRows, fitLabels, penalty, tolerance: RoughTolerance, cancellation: cancellation);
                var loss = model.CrossEntropyNats(heldOutRows, heldOutLabels);
                // From strong to weak the held-out loss falls and then rises.
                if (loss >= bestLoss)
                    break;
                (best, bestLoss) = (penalty, loss);
            }
            // The objective is convex: the start decides the time, not the result.
            model.Fit(Rows(training), Labels(training), best, cancellation: cancellation);
            return (best, model);
        }

        Tensor Rows(int[] indices) => all.index_select(0, tensor(indices, ScalarType.Int64));

        Tensor Labels(int[] indices) => tensor(indices.Select(i => (long)classes[examples[i].Label]).ToArray());
    }

    private sealed record FoldTest(double Penalty, int Learnt, IReadOnlyList<Tested> Tested, int Majority);

    private sealed record Tested(int Example, bool IsCorrect);

    private static float[] StandardisedBySpeaker(IReadOnlyList<ProbeExample> examples, float[] features, int dimensions)
    {
        var standard = new float[features.Length];
        foreach (var speaker in Enumerable.Range(0, examples.Count).GroupBy(i => examples[i].Speaker))
        {
            int[] rows = [.. speaker];
            for (var d = 0; d < dimensions; d++)
            {
                double sum = 0, squares = 0;
                foreach (var row in rows)
                    sum += features[row * dimensions + d];
                var mean = sum / rows.Length;
                foreach (var row in rows)
                    squares += (features[row * dimensions + d] - mean) * (features[row * dimensions + d] - mean);
                var scale = 1 / Math.Max(Math.Sqrt(squares / rows.Length), 1e-6);
                foreach (var row in rows)
                    standard[row * dimensions + d] = (float)((features[row * dimensions + d] - mean) * scale);
            }
        }
        return standard;
    }
}
