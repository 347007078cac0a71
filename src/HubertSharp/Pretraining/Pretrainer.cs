using System.Diagnostics;
using System.Globalization;
using HubertSharp.Models;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Runs.Doctor.Watch;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Labels;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Tensors;
using HubertSharp.Training;
using HubertSharp.Training.Checkpoints;
using HubertSharp.Training.Data;
using HubertSharp.Training.Logging;
using HubertSharp.Training.Updates;
using TorchSharp;
using static TorchSharp.torch;

namespace HubertSharp.Pretraining;

/// <summary>Pre-trains one HuBERT model on one device: fairseq's task hubert_pretraining with its trainer.</summary>
public static class Pretrainer
{
    /// <summary>Unmasked frames carry no gradient, so they are scored only this often (and always when they are logged).</summary>
    private const int ScoreUnmaskedEvery = 10;

    /// <summary>The metric that a run is judged by: masked loss of the first label set, in bits.</summary>
    private const string Headline = "loss_m_0";

    /// <summary>
    /// Trains until <c>optimization.max_update</c> or <c>max_epoch</c>, going on from the newest readable checkpoint in the folder.
    /// </summary>
    /// <param name="resolved">The configuration.</param>
    /// <param name="runFolder">The run folder, made when it is missing.</param>
    /// <param name="options">Progress and notices.</param>
    /// <param name="cancellation">Interrupts after the current update; a checkpoint is written first.</param>
    /// <exception cref="UserException">Configuration, data, labels or checkpoints that cannot work.</exception>
    /// <exception cref="OperationCanceledException">Interrupted; the checkpoint is written.</exception>
    public static TrainingSummary Run(ResolvedConfig resolved, string runFolder, PretrainingOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(resolved);
        var config = resolved.Value;
        long seed = config.Common.Seed;
        TorchRuntime.Initialize(config.Common.NumThreads);
        var folder = RunFolder.Create(runFolder);
        using var runLock = RunLock.Take(folder.LockPath);
        SideFiles.MakeRoom(folder.LogPath, options.Notice);
        using var runLog = RunLog.Open(folder.LogPath);
        void Notice(string text)
        {
            options.Notice?.Invoke(text);
            try
            {
                runLog.Write(text);
            }
            catch (UserException e)
            {
                options.Notice?.Invoke($"warning: {e.Message}"); // a line of the log is no reason to stop
            }
        }

        // Data and labels first: what cannot work is known before the first tensor.
        var labelReports = LabelGate.Check(config, withValid: !config.Dataset.DisableValidation, options.ForceLabels, Notice, cancellation);
        using var train = PretrainingData.Open(config.Task, config.Dataset.TrainSubset);
        using var valid = config.Dataset.DisableValidation ? null : PretrainingData.Open(config.Task, config.Dataset.ValidSubset);
        var batchesOfEpoch = train.PlanBatches(config.Dataset, seed, training: true);
        Notice(train.DescribeBatches(batchesOfEpoch));
        var plan = new UpdatePlan(
            batchesOfEpoch, config.Optimization.UpdateFreq, seed, config.Optimization.SkipRemainderBatch, config.Dataset.Curriculum);
        var validSeed = config.Dataset.FixedValidationSeed ?? seed;
        var validBatches = valid?.PlanBatches(config.Dataset, seed, training: false).Take(config.Dataset.MaxValidSteps ?? int.MaxValue).ToList() ?? [];
        var lastUpdate = LastUpdate(config.Optimization, plan);
        if (train.DroppedCount > 0)
            Notice($"{train.DroppedCount} of {train.Manifest.Entries.Count} utterances are outside task.min_sample_size and task.max_keep_size and are left out");

        var (precision, why) = PrecisionChoice.For(config.Common);
        Notice(why);
        int[] classes = [.. train.Dictionaries.Select(d => d.Count)];
        using var model = new HubertModel(config.Model, config.Task, classes, precision, PrecisionChoice.Device(config.Common));
        using var part = new TrainedPart(TrainedPart.First, model.Parameters, config.Optimizer, config.LrScheduler)
        {
            Describe = checkpoint => model.Describe().Write(Path.Combine(checkpoint, ModelDescription.FileName)),
        };
        model.Initialise((ulong)seed);

        // Resume
        var fingerprint = RunFingerprint.Of(resolved, train.Fingerprint(config.Dataset.TrainSubset), precision);
        var checkpoints = new CheckpointStore(folder.CheckpointsPath, config.Checkpoint);
        var progress = RunProgress.Begin();
        if (checkpoints.Newest(Notice) is { } newest)
        {
            fingerprint.Verify(newest.State.Fingerprint, folder.Path, Notice);
            CheckpointTensors.Read(newest.Folder, part, newest.State);
            progress = RunProgress.Restore(newest.State);
            Notice($"going on from update {progress.Update} ({newest.Folder})");
        }
        else if (StartingPoint.Named(config.Checkpoint) is { } start)
        {
            StartingPoint.Take(start, config, [.. train.Dictionaries.Select(d => d.Symbols)], options.NewLabels, model, part.Optimizer, progress, Notice);
            if (progress.Update >= lastUpdate)
                throw PretrainingFaults.AlreadyThere(start, progress.Update, lastUpdate);
        }
        WriteDescription(resolved, folder, labelReports, model, precision, progress.Update, Notice);
        if (config.Common.TensorboardLogdir is null)
            SideFiles.MakeRoom(Path.Combine(folder.Path, "tensorboard"), Notice, forFolder: true);
        using var log = new TrainingLog(
            MetricsWriter.Open(folder.MetricsPath, progress.Update, Notice),
            Path.Combine(folder.Path, config.Common.TensorboardLogdir ?? "tensorboard"), progress.Interval, progress.Epoch,
            Headline, [new("chance_bits", Math.Log2(classes[0]))]);
        using var writer = new CheckpointWriter(checkpoints, config.Checkpoint.WriteCheckpointsAsynchronously);
        using var watch = new TrainingWatch(folder.Path, options.Watch, Notice);
        var isBroken = false;
        var clock = new RunClock(progress.Update, lastUpdate);
        var scaler = precision == ComputePrecision.Float16 || options.ScaleLoss
            ? new LossScaler(config.Common, config.Optimization.UpdateFreq, progress.LossScale(part))
            : null;
        var guard = new NumericalGuard(
            part, config.Optimization.MaxSkippedUpdates, scaler, progress, new BadBatchStore(folder.BadBatchesPath), Notice);
        var blame = new BatchBlame(model, config.Criterion, train.Manifest);
        using var rule = UpdateRule.For(part, guard, log, config.Optimization, options.LooksLater);

        TrainingBatch CollateValid(long batch) =>
            valid!.Collate(validBatches[(int)batch], row => UpdateSeed.Derive(validSeed, UpdateSeed.Purpose.ValidationCrop, batch, 0, row));
        ulong ValidStepSeed(long batch) => UpdateSeed.Derive(validSeed, UpdateSeed.Purpose.ValidationStep, batch);
        var samples = valid is null || config.Common.SamplePredictions == 0
            ? null
            : new ValidationSamples(model, valid, config.Dataset.ValidSubset, validBatches.Count, config.Common.SamplePredictions, CollateValid, ValidStepSeed, folder.SamplesPath);

        // Everything random in a step is a function of (seed, update, micro-batch): loader threads draw the masks that the step would.
        ulong StepSeed(long update, int micro) => UpdateSeed.Derive(seed, UpdateSeed.Purpose.Step, update, micro);
        TrainingBatch[] Collate(long update) => [.. plan.MicroBatches(update).Select((utterances, micro) =>
        {
            var batch = train.Collate(utterances, row => UpdateSeed.Derive(seed, UpdateSeed.Purpose.Crop, update, micro, row));
            options.AfterCollate?.Invoke(batch);
            return batch with { Batch = BatchFrames.DrawMasks(model, batch.Batch, StepSeed(update, micro)) };
        })];
        var ahead = config.Dataset.DataBufferSize / config.Optimization.UpdateFreq.Max();
        using var loader = new BatchLoader<TrainingBatch[]>(progress.Update + 1, lastUpdate, config.Dataset.NumWorkers, ahead, Collate);

        bool Logs(long update) => update % config.Common.LogInterval == 0 || update == lastUpdate;
        Func<int, StepContext> StepsOf(long update) =>
            micro => new StepContext(Training: true, StepSeed(update, micro), ScoreUnmasked: Logs(update) || update % ScoreUnmaskedEvery == 0);
        // batches that nobody holds are collated again: holding them until somebody asks would fill the memory
        Func<BlamedRows> Blame(long update, StepScores scores, IReadOnlyList<TrainingBatch>? held) => () => blame.Of(scores, held ?? Collate(update), StepsOf(update));

        string? End(long update) => update == 0
            ? null
            : EarlyEnd.Reason(config, progress, plan.EndsEpoch(update), part.Schedule.LearningRate(update, plan.Locate(update).Epoch));
        var earlyEnd = End(progress.Update);
        var (secondsBefore, wall) = (progress.TrainingSeconds, Stopwatch.StartNew());

        for (var update = progress.Update + 1; update <= lastUpdate && earlyEnd is null; update++)
        {
            var (epoch, position) = plan.Locate(update);
            var logs = Logs(update);
            var stepStart = Stopwatch.GetTimestamp();

            // Forward and backward over the micro-batches; gradients add up in the flat buffer.
            var scores = new StepScores();
            var batches = loader.Next();
            model.Parameters.ZeroGradients();
            var stepOf = StepsOf(update);
            for (var micro = 0; micro < batches.Length; micro++)
            {
                using var scope = NewDisposeScope();
                var step = stepOf(micro);
                var result = model.Loss(batches[micro].Batch, config.Criterion, step);
                using var scale = guard.LossScale.ToScalar();
                (scaler is null ? result.Loss : result.Loss * scale).backward();
                scores.Add(result, batches[micro], model.DroppedLayers(step));
            }

            var lr = part.Schedule.LearningRate(update - 1, epoch); // the first update runs with the rate of update 0
            rule.Apply(new PendingUpdate(update, scores, lr, Blame(update, scores, rule.LooksAtOnce ? batches : null), stepStart));
            progress.Finished(update, secondsBefore + wall.Elapsed.TotalSeconds);
            options.Progress?.Report(clock.Status(update, epoch, log, lr));

            // Log, validate, save
            var nextLr = part.Schedule.LearningRate(update, epoch);
            var endsEpoch = plan.EndsEpoch(update);
            if (logs || endsEpoch)
                rule.Settle();
            if (logs)
                log.WriteInterval(update, epoch, epoch - 1 + ((position + 1.0) / plan.UpdatesInEpoch(epoch)), nextLr, progress.SkippedUpdates, scaler?.Scale);
            double? validValue = null;
            if (valid is not null && Validates(config.Dataset, update, epoch, endsEpoch, update == lastUpdate || EarlyEnd.IsTimeUp(config, progress)))
            {
                rule.Settle();
                log.Pause();
                validValue = Validate(update, epoch);
                samples?.Write(update, Notice);
                isBroken = watch.Validated(update).Stop;
                log.Resume();
            }
            if (endsEpoch)
                log.WriteEpoch(update, epoch, nextLr);
            var interrupted = cancellation.IsCancellationRequested || update == options.StopAfterUpdate || isBroken;
            earlyEnd = End(update);
            if (SaveReason(config.Checkpoint, update, epoch, endsEpoch, update == lastUpdate || interrupted || earlyEnd is not null) is { } reason)
                Save(reason, epoch, validValue);
            else if (validValue is { } value && IsWorthKeeping(value))
                Save("best", epoch, validValue);
            writer.Check();
            if (interrupted)
                break;
        }
        rule.Settle();
        writer.Finish();
        Notice($"update {progress.Update} of {lastUpdate}; at most {ResidentMemory.PeakMib():N0} MiB of memory were in use");
        if (earlyEnd is not null)
            Notice($"the run ends here: {earlyEnd}");
        var finished = progress.Update == lastUpdate || earlyEnd is not null;
        if (!finished)
            cancellation.ThrowIfCancellationRequested();
        return new TrainingSummary(
            folder.Path, writer.Last ?? (checkpoints.Folders() is [var latest, ..] ? latest : null), progress.Update, finished,
            log.LastHeadline, progress.ValidHeadline, progress.SkippedUpdates, ResidentMemory.PeakMib(), isBroken);

        double Validate(long update, int epoch)
        {
            // Crops and masks are the same at every validation: the curve moves because the model does.
            using var reading = new BatchLoader<TrainingBatch>(0, validBatches.Count - 1, config.Dataset.NumWorkers, config.Dataset.DataBufferSize, CollateValid);
            var averages = new MetricAverages();
            using var noGradients = no_grad();
            for (var i = 0; i < validBatches.Count; i++)
            {
                using var scope = NewDisposeScope();
                var batch = reading.Next();
                var scores = new StepScores();
                var step = new StepContext(Training: false, ValidStepSeed(i), ScoreUnmasked: true);
                scores.Add(model.Loss(batch.Batch, config.Criterion, step), batch, model.DroppedLayers(step));
                scores.Read();
                scores.AddTo(averages);
            }
            var value = progress.Validated(update, averages, Headline, config.Checkpoint);
            log.WriteValidation(update, epoch, config.Dataset.ValidSubset, averages, progress.Best);
            return value;
        }

        bool IsWorthKeeping(double value)
        {
            writer.Finish(); // the checkpoints are looked through
            return CheckpointRetention.IsWorthKeeping(value, progress.BestUpdate == progress.Update, checkpoints.States(), config.Checkpoint);
        }

        void Save(string reason, int epoch, double? validValue)
        {
            if (config.Checkpoint.NoSave)
                return;
            rule.Settle();
            guard.CheckWeights(progress.Update);
            log.Sync();
            writer.Save(
                progress.ToState(epoch, [rule], fingerprint, validValue is { } v && double.IsFinite(v) ? v : null, reason),
                copy => new CheckpointSnapshot([part], config.Checkpoint.NoSaveOptimizerState, copy));
        }
    }

    // What a reader of the run folder needs: configuration, labels, machine.
    private static void WriteDescription(
        ResolvedConfig resolved, RunFolder folder, IReadOnlyList<LabelReport> labels, HubertModel model, ComputePrecision precision, long update, Action<string> notice)
    {
        AtomicFile.WriteAllText(folder.ConfigPath, resolved.ToYaml());
        SideFiles.MakeRoom(folder.LabelsPath, notice);
        LabelSummary.Write(folder.LabelsPath, [.. resolved.Value.Task.Labels.Zip(labels, LabelSummary.Of)]);
        RunEnvironment.Append(folder.EnvironmentPath, new Dictionary<string, string>
        {
            ["torch"] = __version__,
            ["device"] = PrecisionChoice.Device(resolved.Value.Common).ToString(),
            ["precision"] = precision.ToString(),
            ["threads"] = get_num_threads().ToString(CultureInfo.InvariantCulture),
            ["parameters"] = model.Parameters.Count.ToString(CultureInfo.InvariantCulture),
        }, update, notice);
    }

    private static long LastUpdate(OptimizationConfig optimization, UpdatePlan plan)
    {
        var byEpochs = optimization.MaxEpoch > 0 ? Enumerable.Range(1, optimization.MaxEpoch).Sum(e => (long)plan.UpdatesInEpoch(e)) : long.MaxValue;
        var byUpdates = optimization.MaxUpdate > 0 ? optimization.MaxUpdate : long.MaxValue;
        var last = Math.Min(byEpochs, byUpdates);
        return last == long.MaxValue ? throw TrainingFaults.NoEnd() : last;
    }

    private static bool Validates(DatasetConfig dataset, long update, int epoch, bool endsEpoch, bool last) =>
        update >= dataset.ValidateAfterUpdates
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
