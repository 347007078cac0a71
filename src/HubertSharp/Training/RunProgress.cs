using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Training.Checkpoints;
using HubertSharp.Training.Logging;
using HubertSharp.Training.Updates;

namespace HubertSharp.Training;

/// <summary>What changes while a run goes on and must survive a stop, beside the tensors.</summary>
internal sealed class RunProgress
{
    private readonly CheckpointState? _from;
    private readonly Dictionary<string, int> _skippedInARow = [];

    private RunProgress(CheckpointState? from)
    {
        _from = from;
        Interval = from is null ? new MetricAverages() : MetricAverages.Restore(from.Interval);
        Epoch = from is null ? new MetricAverages() : MetricAverages.Restore(from.EpochSoFar);
    }

    /// <summary>Finished updates.</summary>
    public long Update { get; private set; }

    public long SkippedUpdates { get; private set; }

    /// <summary>Wall time of all processes that worked on the run.</summary>
    public double TrainingSeconds { get; private set; }

    /// <summary>Best value so far of <c>checkpoint.best_checkpoint_metric</c> on the valid split.</summary>
    public double? Best { get; private set; }

    public long? BestUpdate { get; private set; }

    public int ValidationsSinceBest { get; private set; }

    /// <summary>The headline metric of the last validation.</summary>
    public double ValidHeadline { get; private set; } = double.NaN;

    public MetricAverages Interval { get; }

    public MetricAverages Epoch { get; }

    public static RunProgress Begin() => new(from: null);

    public static RunProgress Restore(CheckpointState state) => new(state)
    {
        Update = state.Update,
        SkippedUpdates = state.SkippedUpdates,
        TrainingSeconds = state.TrainingSeconds,
        Best = state.Best,
        BestUpdate = state.BestUpdate,
        ValidationsSinceBest = state.ValidationsSinceBest,
        ValidHeadline = state.ValidHeadline ?? double.NaN,
    };

    /// <summary>Where a part's loss scale stood in the checkpoint that the run goes on from; null at the start and without one.</summary>
    public LossScaleState? LossScale(TrainedPart part) => _from?.Of(part).LossScale;

    /// <summary>A part's updates skipped one after the other up to now.</summary>
    public int SkippedInARow(TrainedPart part) => _skippedInARow.GetValueOrDefault(part.Name, _from?.Of(part).SkippedInARow ?? 0);

    /// <summary>For a task whose model brings updates along from another run.</summary>
    public void StartAt(long update) => Update = update;

    /// <summary>For the loop: an update is done, changed weights or not.</summary>
    /// <param name="update">Its number.</param>
    /// <param name="trainingSeconds">Wall time up to its end.</param>
    public void Finished(long update, double trainingSeconds) => (Update, TrainingSeconds) = (update, trainingSeconds);

    /// <summary>For the guard: an update of the part may change its weights.</summary>
    public void Accepted(TrainedPart part) => _skippedInARow[part.Name] = 0;

    /// <summary>For the guard: an update may not.</summary>
    public void Skipped() => SkippedUpdates++;

    /// <summary>For the guard: and not only because its loss scale was too large.</summary>
    /// <returns>How many of them came one after the other.</returns>
    public int SkippedBad(TrainedPart part) => _skippedInARow[part.Name] = SkippedInARow(part) + 1;

    /// <summary>For the loop: takes in one validation.</summary>
    /// <returns>The value of <c>checkpoint.best_checkpoint_metric</c>, which may not be finite.</returns>
    /// <exception cref="Runs.UserException">There is no such metric.</exception>
    public double Validated(long update, MetricAverages averages, Func<MetricAverages, double> headline, CheckpointConfig config)
    {
        ValidHeadline = headline(averages);
        if (!averages.Has(config.BestCheckpointMetric))
            throw TrainingFaults.NoSuchMetric(config.BestCheckpointMetric, averages.Means().Select(m => m.Key));
        var value = averages.Mean(config.BestCheckpointMetric);
        var better = double.IsFinite(value)
            && (Best is not { } best || (config.MaximizeBestCheckpointMetric ? value > best : value < best));
        Best = better ? value : Best;
        BestUpdate = better ? update : BestUpdate;
        ValidationsSinceBest = better ? 0 : ValidationsSinceBest + 1;
        return value;
    }

    /// <param name="epoch">From 1.</param>
    /// <param name="rules">What the run trains, the first part first.</param>
    /// <param name="fingerprint">The run's.</param>
    /// <param name="validValue">Of this very update.</param>
    /// <param name="reason">Why it is written.</param>
    public CheckpointState ToState(
        int epoch, IReadOnlyList<UpdateRule> rules, RunFingerprint fingerprint, double? validValue, string reason) => new()
        {
            Update = Update,
            Epoch = epoch,
            OptimizerSteps = rules[0].Part.Optimizer.Updates,
            LayerSkips = [.. rules[0].Part.Optimizer.GroupSkips],
            SkippedUpdates = SkippedUpdates,
            SkippedInARow = SkippedInARow(rules[0].Part),
            TrainingSeconds = TrainingSeconds,
            LossScale = rules[0].Guard.Scaler?.State,
            Parts = rules.Count == 1 ? null : rules.Skip(1).ToDictionary(r => r.Part.Name, r => new PartState(
                r.Part.Optimizer.Updates, [.. r.Part.Optimizer.GroupSkips], SkippedInARow(r.Part), r.Guard.Scaler?.State)),
            Fingerprint = fingerprint,
            Interval = Interval.Save(),
            EpochSoFar = Epoch.Save(),
            Best = Best,
            BestUpdate = BestUpdate,
            ValidationsSinceBest = ValidationsSinceBest,
            ValidValue = validValue,
            ValidHeadline = double.IsNaN(ValidHeadline) ? null : ValidHeadline,
            Reason = reason,
        };
}
