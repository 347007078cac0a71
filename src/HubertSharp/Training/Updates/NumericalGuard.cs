using HubertSharp.Runs;
using HubertSharp.Tensors.Kernels;

namespace HubertSharp.Training.Updates;

/// <summary>
/// Decides whether an update may change the weights. One whose loss or gradients are not finite may not: it is counted, its
/// utterances are named, its batch is saved, and a run of them ends the training.
/// </summary>
internal sealed class NumericalGuard
{
    private const int NamesShown = 5;

    private readonly TrainedPart _part;
    private readonly int _maxInARow;
    private readonly RunProgress _progress;
    private readonly BadBatchStore? _store;
    private readonly Action<string> _notice;

    /// <param name="part">What the updates change.</param>
    /// <param name="maxInARow"><c>optimization.max_skipped_updates</c>.</param>
    /// <param name="scaler">The loss scale of fp16, else null.</param>
    /// <param name="progress">Counts the skipped updates.</param>
    /// <param name="store">Keeps their batches; null where another process does.</param>
    /// <param name="notice">Told of them.</param>
    public NumericalGuard(
        TrainedPart part, int maxInARow, LossScaler? scaler, RunProgress progress, BadBatchStore? store, Action<string> notice)
    {
        _part = part;
        _maxInARow = maxInARow;
        Scaler = scaler;
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
    /// <param name="blame">Asked which rows are to blame, only when it may not go on.</param>
    /// <exception cref="UserException">Too many running, weights that are not finite, or a loss scale at its minimum.</exception>
    public bool Accepts(long update, UpdateScores scores, double norm, double learningRate, Func<BlamedRows> blame)
    {
        if (scores.IsFinite && double.IsFinite(norm))
        {
            Scaler?.Updated();
            _progress.Accepted(_part);
            return true;
        }
        _progress.Skipped();
        CheckWeights(update);
        if (scores.IsFinite && Scaler is not null)
        {
            // how the largest usable scale is found: nothing is wrong with the batch
            LowerScale(update);
            _notice($"update {update} skipped: gradients overflow in fp16, loss scale {Scaler.Scale:R} from here");
            return false;
        }
        var blamed = blame();
        var report = new BadBatch
        {
            Update = update,
            Loss = scores.LossSum,
            GradientNorm = norm,
            LearningRate = learningRate,
            LossScale = Scaler?.Scale,
            Rows = blamed.Rows,
        };
        var names = Names(report);
        // the doctor reads this line: a run that leaves out all its updates has nothing else to tell
        var of = _part.Suffix.Length == 0 ? "" : $" of {_part.Name}";
        var terms = scores.NotFiniteTerms is { Count: > 0 } found ? $" ({string.Join(", ", found)})" : "";
        var what = $"update {update} skipped: loss{of} {scores.LossSum}{terms}, gradient norm {norm}, "
            + $"learning rate {learningRate:G6}, {names}";
        try
        {
            if (_store is not null)
                _notice($"{what}; batch kept in {_store.Save(report, blamed.Tensors)}");
        }
        catch (UserException e)
        {
            _notice($"{what}; its batch could not be kept: {e.Message}");
        }
        var inARow = _progress.SkippedBad(_part);
        if (inARow >= _maxInARow)
            throw TrainingFaults.NotFinite(inARow, update, names);
        LowerScale(update);
        return false;
    }

    /// <summary>Weights that are not finite can never become so again, and must not reach a checkpoint.</summary>
    /// <exception cref="UserException">They are not.</exception>
    public void CheckWeights(long update)
    {
        if (!double.IsFinite(SumOfSquares.Of(_part.Parameters.Masters)))
            throw TrainingFaults.WeightsNotFinite(update);
    }

    private void LowerScale(long update)
    {
        if (Scaler is not null && !Scaler.Overflowed())
            throw TrainingFaults.LossScaleAtMinimum(update, Scaler.Scale);
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
