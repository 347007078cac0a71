using System.Diagnostics;
using HubertSharp.Distributed;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Runs.Doctor.Watch;
using HubertSharp.Training.Data;
using HubertSharp.Training.Updates;

namespace HubertSharp.Training;

/// <summary>The loop of any training: updates, log lines, validations and checkpoints, from wherever the run stands to its end.</summary>
internal static class TrainingLoop
{
    /// <summary>Trains until <c>optimization.max_update</c> or <c>max_epoch</c>, or until the run is to stop or ends early.</summary>
    /// <param name="run">Opened, not begun.</param>
    /// <param name="task">What is trained.</param>
    /// <param name="cancellation">Interrupts after the current update; a checkpoint is written first.</param>
    /// <exception cref="Runs.UserException">Configuration, data or checkpoints that cannot work.</exception>
    /// <exception cref="OperationCanceledException">Interrupted; the checkpoint is written.</exception>
    public static TrainingSummary Run<TBatch>(TrainingRun run, TrainingTask<TBatch> task, CancellationToken cancellation)
    {
        run.Begin(task);
        var (config, progress, log, plan) = (run.Config, run.Progress, run.Log, task.Plan);
        var (first, last) = (run.Rules[0], plan.LastUpdate(config.Optimization));
        var schedule = first.Part.Schedule;
        UpdateRule[] order = [.. task.UpdateOrder.Select(part => run.Rules.Single(rule => rule.Part == part))];
        var clock = new RunClock(progress.Update, last);
        var (secondsBefore, wall) = (progress.TrainingSeconds, Stopwatch.StartNew());

        TBatch[] Collate(long update, Replicas share) =>
            [.. plan.MicroBatches(update, share).Select(micro => task.Collate(micro.Rows, update, micro.Number))];
        var ahead = config.Dataset.DataBufferSize / config.Optimization.UpdateFreq.Max();
        using var loader = new BatchLoader<TBatch[]>(
            progress.Update + 1, last, config.Dataset.NumWorkers, ahead, update => Collate(update, run.Replicas));

        // batches that nobody holds are collated again: holding them until somebody asks would fill the memory, and others have the rest
        Func<BlamedRows> Blame(long update, UpdateScores scores, TBatch[]? held) => () => !run.Replicas.Writes
            ? new BlamedRows([], [])
            : task.Blame(update, held ?? Collate(update, Replicas.Alone), scores);
        string? End(long update) => update == 0
            ? null
            : EarlyEnd.Reason(config, progress, plan.EndsEpoch(update), schedule.LearningRate(update, plan.Locate(update).Epoch));

        run.Clock = () => secondsBefore + wall.Elapsed.TotalSeconds;
        run.Cancellation = cancellation;
        var earlyEnd = End(progress.Update);
        for (var update = progress.Update + 1; update <= last && earlyEnd is null; update++)
        {
            var (epoch, position) = plan.Locate(update);
            var logs = update % config.Common.LogInterval == 0 || update == last;
            var start = Stopwatch.GetTimestamp();

            // Forward and backward over the micro-batches, part by part; gradients add up in the part's flat buffer.
            run.Replicas.Doing("reads data", update);
            var batches = run.Reading(progress.Update > 0 ? plan.Locate(progress.Update).Epoch : epoch,
                () => run.Times.Reading(loader.Next));
            task.Updating(update, batches);
            foreach (var rule in order)
            {
                var scores = run.Times.Computing(
                    () => run.Joint.Compute(task, rule, batches, plan.CountMicroBatches(update), update, logs));
                var rate = rule.Part.Schedule.LearningRate(update - 1, epoch); // the first update runs with the rate of update 0
                var held = rule.LooksAtOnce && run.Replicas.Count == 1 ? batches : null;
                rule.Apply(new PendingUpdate(update, scores, rate, Blame(update, scores, held), start));
                start = Stopwatch.GetTimestamp();
            }
            task.Updated(update);
            run.Times.Ends();
            progress.Finished(update, run.TrainingSeconds);
            var nextRate = update < last ? schedule.LearningRate(update, epoch) : schedule.LastRate(update, epoch); // as fairseq logs it
            run.Options.Progress?.Report(clock.Status(update, epoch, log, nextRate));

            // Log
            var endsEpoch = plan.EndsEpoch(update);
            if (logs || endsEpoch)
                run.Settle();
            if (logs)
            {
                var fractionalEpoch = epoch - 1 + ((position + 1.0) / plan.UpdatesInEpoch(epoch));
                log.WriteInterval(update, epoch, fractionalEpoch, nextRate, progress.SkippedUpdates, first.Guard.Scaler?.Scale);
                run.Times.Compare(update);
            }

            // Validate
            double? validValue = null;
            if (Validates(config.Dataset, update, epoch, endsEpoch, update == last || EarlyEnd.IsTimeUp(config, progress)))
            {
                run.Settle();
                log.Pause();
                run.Replicas.Doing(RankReport.Validates, update);
                validValue = run.Validated(update, epoch, run.Reading(epoch, () => task.Validate(run.Replicas)));
                if (run.Replicas.Writes)
                    task.Validated(update);
                run.Watch(update);
                log.Resume();
            }
            else if (logs && TrainingWatch.IsDue(update, config.Common.LogInterval))
            {
                log.Pause();
                run.Watch(update);
                log.Resume();
            }
            if (endsEpoch)
                log.WriteEpoch(update, epoch, nextRate);

            // Save
            var interrupted = run.IsInterrupted || update == run.Options.StopAfterUpdate || run.IsBroken;
            earlyEnd = End(update);
            var stops = update == last || interrupted || earlyEnd is not null;
            if (SaveReason(config.Checkpoint, update, epoch, endsEpoch, stops) is { } reason)
                run.Save(reason, epoch, validValue);
            else if (validValue is { } value && run.IsWorthKeeping(value))
                run.Save("best", epoch, validValue);
            run.CheckWriting();
            if (interrupted)
                break;
        }
        return run.End(last, earlyEnd);
    }

    private static bool Validates(DatasetConfig dataset, long update, int epoch, bool endsEpoch, bool last) =>
        !dataset.DisableValidation
        && update >= dataset.ValidateAfterUpdates
        && (last
            || (endsEpoch && dataset.ValidateInterval > 0 && epoch % dataset.ValidateInterval == 0)
            || (dataset.ValidateIntervalUpdates > 0 && update % dataset.ValidateIntervalUpdates == 0));

    private static string? SaveReason(CheckpointConfig checkpoint, long update, int epoch, bool endsEpoch, bool stops)
    {
        if (checkpoint.SaveIntervalUpdates > 0 && update % checkpoint.SaveIntervalUpdates == 0)
            return "interval";
        if (endsEpoch && !checkpoint.NoEpochCheckpoints && checkpoint.SaveInterval > 0 && epoch % checkpoint.SaveInterval == 0)
            return "epoch";
        return stops ? "last" : null;
    }
}
