using HubertSharp.Models;
using HubertSharp.Pretraining;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Runs.Manifests;
using HubertSharp.Tensors.Kernels;

namespace HubertSharp.Training.Updates;

/// <summary>
/// Decides whether an update may change the weights. One whose loss or gradients are not finite may not: it is counted, its
/// utterances are named, its batch is saved, and a run of them ends the training.
/// </summary>
internal sealed class NumericalGuard
{
    private const int NamesShown = 5;

    private readonly HubertModel _model;
    private readonly CriterionConfig _criterion;
    private readonly int _maxInARow;
    private readonly Manifest _manifest;
    private readonly RunProgress _progress;
    private readonly BadBatchStore _store;
    private readonly Action<string> _notice;

    public NumericalGuard(HubertModel model, HubertConfig config, LossScaler? scaler, Manifest manifest, RunProgress progress, BadBatchStore store, Action<string> notice)
    {
        _model = model;
        _criterion = config.Criterion;
        _maxInARow = config.Optimization.MaxSkippedUpdates;
        Scaler = scaler;
        _manifest = manifest;
        _progress = progress;
        _store = store;
        _notice = notice;
    }

    /// <summary>The loss scale of fp16, else null.</summary>
    public LossScaler? Scaler { get; }

    /// <summary>What the loss is to be multiplied with before its backward pass, and the gradients divided by.</summary>
    public double LossScale => Scaler?.Scale ?? 1;

    /// <summary>Whether the update may go on; when not, everything that a skipped update needs has been done.</summary>
    /// <param name="update">The update.</param>
    /// <param name="scores">Its scores.</param>
    /// <param name="norm">Its gradient norm.</param>
    /// <param name="learningRate">Its learning rate.</param>
    /// <param name="batchesOf">Its micro-batches; asked only when it may not go on.</param>
    /// <param name="stepOf">The context that a micro-batch was computed with.</param>
    /// <exception cref="UserException">Too many running, weights that are not finite, or a loss scale at its minimum.</exception>
    public bool Accepts(long update, StepScores scores, double norm, double learningRate, Func<IReadOnlyList<TrainingBatch>> batchesOf, Func<int, StepContext> stepOf)
    {
        if (scores.IsFinite && double.IsFinite(norm))
        {
            Scaler?.Updated();
            _progress.SkippedInARow = 0;
            return true;
        }
        _progress.SkippedUpdates++;
        CheckWeights(update);
        if (scores.IsFinite && Scaler is not null)
        {
            // how the largest usable scale is found: nothing is wrong with the batch
            LowerScale(update);
            _notice($"update {update} skipped: gradients overflow in fp16, loss scale {Scaler.Scale:R} from here");
            return false;
        }
        var batches = batchesOf();
        var report = Report(update, scores, norm, learningRate, batches, stepOf);
        var names = Names(report);
        var what = $"update {update} skipped: loss {scores.LossSum}, gradient norm {norm}, learning rate {learningRate:R}, {names}";
        try
        {
            _notice($"{what}; batch kept in {_store.Save(report, batches)}");
        }
        catch (UserException e)
        {
            _notice($"{what}; its batch could not be kept: {e.Message}");
        }
        if (++_progress.SkippedInARow >= _maxInARow)
            throw TrainingFaults.NotFinite(_progress.SkippedInARow, update, names);
        LowerScale(update);
        return false;
    }

    /// <summary>Weights that are not finite can never become so again, and must not reach a checkpoint.</summary>
    /// <exception cref="UserException">They are not.</exception>
    public void CheckWeights(long update)
    {
        if (!double.IsFinite(SumOfSquares.Of(_model.Parameters.Masters)))
            throw TrainingFaults.WeightsNotFinite(update);
    }

    private void LowerScale(long update)
    {
        if (Scaler is not null && !Scaler.Overflowed())
            throw TrainingFaults.LossScaleAtMinimum(update, Scaler.Scale);
    }

    private BadBatch Report(
        long update, StepScores scores, double norm, double learningRate, IReadOnlyList<TrainingBatch> batches, Func<int, StepContext> stepOf)
    {
        var losses = scores.RowLosses.ToDictionary(r => (r.MicroBatch, r.Row), r => (double?)r.LossNats);
        var suspects = scores.IsFinite
            ? RowProbe.NotFinite(_model, _criterion, batches, stepOf).ToHashSet()
            : scores.RowLosses.Where(r => !double.IsFinite(r.LossNats)).Select(r => (r.MicroBatch, r.Row)).ToHashSet();
        var rows = new List<BadBatch.Utterance>();
        for (var micro = 0; micro < batches.Count; micro++)
        {
            var batch = batches[micro];
            for (var row = 0; row < batch.Batch.Rows; row++)
            {
                var audio = batch.Batch.Source.AsSpan(row * batch.Batch.SamplesPerRow, batch.Batch.SamplesPerRow);
                var peak = 0f;
                foreach (var sample in audio)
                    peak = Math.Max(peak, Math.Abs(sample));
                rows.Add(new BadBatch.Utterance(micro, row, _manifest.Entries[batch.Utterances[row]].RelativePath, batch.Languages[row],
                    batch.Batch.LengthsSamples[row], losses.GetValueOrDefault((micro, row)), peak, suspects.Contains((micro, row))));
            }
        }
        return new BadBatch { Update = update, Loss = scores.LossSum, GradientNorm = norm, LearningRate = learningRate, LossScale = Scaler?.Scale, Rows = rows };
    }

    private static string Names(BadBatch report)
    {
        var suspects = report.Rows.Where(r => r.Suspect).ToList();
        var shown = suspects.Count > 0 ? suspects : report.Rows;
        var names = string.Join(", ", shown.Take(NamesShown).Select(r => r.Path));
        var more = shown.Count > NamesShown ? $" and {shown.Count - NamesShown} more" : "";
        return suspects.Count > 0 ? $"from {names}{more}" : $"somewhere in {names}{more}";
    }
}
