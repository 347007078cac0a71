using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Training.Checkpoints;
using HubertSharp.Training.Logging;
using HubertSharp.Training.Updates;

namespace HubertSharp.Training;

/// <summary>What changes while a run goes on and must survive a stop, beside the tensors.</summary>
internal sealed class RunProgress
{
    private RunProgress(MetricAverages interval, MetricAverages epoch)
    {
        Interval = interval;
        Epoch = epoch;
    }

    /// <summary>Finished updates.</summary>
    public long Update { get; set; }

    public long SkippedUpdates { get; set; }

    /// <summary>Wall time of all processes that worked on the run.</summary>
    public double TrainingSeconds { get; set; }

    /// <summary>Updates skipped one after the other up to now.</summary>
    public int SkippedInARow { get; set; }

    /// <summary>Where the loss scale stood in the checkpoint that the run goes on from; null at the start and without one.</summary>
    public LossScaleState? LossScale { get; private init; }

    /// <summary>Best value so far of <c>checkpoint.best_checkpoint_metric</c> on the valid split.</summary>
    public double? Best { get; private set; }

    public long? BestUpdate { get; private set; }

    public int ValidationsSinceBest { get; private set; }

    /// <summary>Masked loss of the last validation in bits.</summary>
    public double ValidMaskedLossBits { get; private set; } = double.NaN;

    public MetricAverages Interval { get; }

    public MetricAverages Epoch { get; }

    public static RunProgress Begin() => new(new MetricAverages(), new MetricAverages());

    public static RunProgress Restore(CheckpointState state) => new(MetricAverages.Restore(state.Interval), MetricAverages.Restore(state.EpochSoFar))
    {
        Update = state.Update,
        SkippedUpdates = state.SkippedUpdates,
        SkippedInARow = state.SkippedInARow,
        TrainingSeconds = state.TrainingSeconds,
        LossScale = state.LossScale,
        Best = state.Best,
        BestUpdate = state.BestUpdate,
        ValidationsSinceBest = state.ValidationsSinceBest,
        ValidMaskedLossBits = state.ValidMaskedLossBits ?? double.NaN,
    };

    /// <summary>Takes in one validation.</summary>
    /// <returns>The value of <c>checkpoint.best_checkpoint_metric</c>, which may not be finite.</returns>
    /// <exception cref="Runs.UserException">There is no such metric.</exception>
    public double Validated(long update, MetricAverages averages, CheckpointConfig config)
    {
        ValidMaskedLossBits = averages.Mean("loss_m_0");
        if (!averages.Has(config.BestCheckpointMetric))
            throw TrainingFaults.NoSuchMetric(config.BestCheckpointMetric, averages.Means().Select(m => m.Key));
        var value = averages.Mean(config.BestCheckpointMetric);
        var better = double.IsFinite(value) && (Best is not { } best || (config.MaximizeBestCheckpointMetric ? value > best : value < best));
        Best = better ? value : Best;
        BestUpdate = better ? update : BestUpdate;
        ValidationsSinceBest = better ? 0 : ValidationsSinceBest + 1;
        return value;
    }

    public CheckpointState ToState(int epoch, FairseqAdam optimizer, LossScaler? scaler, RunFingerprint fingerprint, double? validValue, string reason) => new()
    {
        Update = Update,
        Epoch = epoch,
        OptimizerSteps = optimizer.Updates,
        LayerSkips = [.. optimizer.GroupSkips],
        SkippedUpdates = SkippedUpdates,
        SkippedInARow = SkippedInARow,
        TrainingSeconds = TrainingSeconds,
        LossScale = scaler?.State,
        Fingerprint = fingerprint,
        Interval = Interval.Save(),
        EpochSoFar = Epoch.Save(),
        Best = Best,
        BestUpdate = BestUpdate,
        ValidationsSinceBest = ValidationsSinceBest,
        ValidValue = validValue,
        ValidMaskedLossBits = double.IsNaN(ValidMaskedLossBits) ? null : ValidMaskedLossBits,
        Reason = reason,
    };
}
