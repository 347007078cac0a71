using System.Globalization;
using System.Text;
using HubertSharp.Distributed;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Doctor.Watch;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Tensors;
using HubertSharp.Training.Checkpoints;
using HubertSharp.Training.Logging;
using HubertSharp.Training.Updates;
using static TorchSharp.torch;

namespace HubertSharp.Training;

/// <summary>
/// Everything of a run that is neither its task nor its loop: folder, lock, notices, log, checkpoints, watch. Of several processes all
/// read the folder and one writes it.
/// </summary>
internal sealed class TrainingRun : IDisposable
{
    private readonly ResolvedConfig _resolved;
    private readonly RunLock? _lock;
    private readonly RunLog? _runLog;
    private readonly CheckpointStore _checkpoints;
    private readonly CheckpointWriter _writer;
    private RunFingerprint? _fingerprint;
    private TrainingLog? _log;
    private TrainingWatch? _watch;
    private List<UpdateRule> _rules = [];
    private Func<MetricAverages, double> _headline = _ => double.NaN;
    private readonly RankTalk _talk;
    private Func<IEnumerable<(string Name, string Value)>> _common = () => [];
    private long _savedUpdate;
    private long? _begunAt;
    private bool _logFails;

    private TrainingRun(
        ResolvedConfig resolved, RunFolder folder, RunLock? runLock, RunLog? runLog, TrainingOptions options, Replicas replicas)
    {
        (_resolved, Folder, _lock, _runLog, Options, Replicas) = (resolved, folder, runLock, runLog, options, replicas);
        _checkpoints = new CheckpointStore(folder.CheckpointsPath, Config.Checkpoint);
        // of several processes none goes on before the checkpoint is whole
        _writer = new CheckpointWriter(_checkpoints, Config.Checkpoint.WriteCheckpointsAsynchronously && replicas.Count == 1);
        _talk = new RankTalk(replicas);
        Times = new RankTimes(replicas, Notice);
        Joint = new JointUpdates(replicas, Config.DistributedTraining);
    }

    public RunFolder Folder { get; }

    public TrainingOptions Options { get; }

    /// <summary>The processes that train it; only one of them writes the folder.</summary>
    public Replicas Replicas { get; }

    /// <summary>How they sum up an update.</summary>
    public JointUpdates Joint { get; }

    /// <summary>What the ranks' time goes to.</summary>
    public RankTimes Times { get; }

    /// <summary>For the loop: wall time of training by this process's clock.</summary>
    public Func<double> Clock { get; set; } = () => 0;

    /// <summary>For the loop: interrupts after the current update.</summary>
    public CancellationToken Cancellation { get; set; }

    /// <summary>Wall time of training, the same number in all processes.</summary>
    public double TrainingSeconds => _talk.IsAlone ? Clock() : _talk.Seconds;

    /// <summary>Whether this process, or at their last meeting one of several, is to stop.</summary>
    public bool IsInterrupted => _talk.IsAlone ? Cancellation.IsCancellationRequested : _talk.IsInterrupted;

    public TrainingConfig Config => _resolved.Shared;

    public RunProgress Progress { get; private set; } = RunProgress.Begin();

    public TrainingLog Log => _log ?? throw new InvalidOperationException("the run has not begun");

    /// <summary>One for each part of the task, in its order.</summary>
    public IReadOnlyList<UpdateRule> Rules => _rules;

    /// <summary>The doctor found the run broken, and was asked to stop it then.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Makes the run's folder and takes its lock.</summary>
    /// <exception cref="UserException">It cannot be made, or another process trains there.</exception>
    public static TrainingRun Open(ResolvedConfig resolved, string runFolder, TrainingOptions options, Replicas replicas)
    {
        TorchRuntime.Initialize(resolved.Shared.Common.NumThreads);
        ResidentMemory.Begin();
        var folder = RunFolder.Create(runFolder);
        if (folder.CheckpointsObstacle is { } obstacle)
            throw TrainingFaults.NoCheckpointFolder(folder.CheckpointsPath, obstacle); // beginning anew would cut what is there
        if (!replicas.Writes)
            return new TrainingRun(resolved, folder, runLock: null, runLog: null, options, replicas);
        var runLock = RunLock.Take(folder.LockPath, options.Notice);
        try
        {
            var run = new TrainingRun(resolved, folder, runLock, RunLog.Open(folder.LogPath, options.Notice), options, replicas);
            SideFiles.MakeRoom(folder, run.Notice);
            return run;
        }
        catch
        {
            runLock?.Dispose();
            throw;
        }
    }

    /// <summary>Tells whoever reads: the caller, and later readers of the folder.</summary>
    public void Notice(string text)
    {
        if (!Replicas.Writes)
            return;
        Options.Notice?.Invoke(text);
        try
        {
            _runLog?.Write(text);
            _logFails = false;
        }
        catch (UserException e)
        {
            if (!_logFails)
                Options.Notice?.Invoke($"warning: {e.Message}"); // a line of the log is no reason to stop
            _logFails = true;
        }
    }

    /// <summary>Goes on from the newest readable checkpoint, or lets the task begin; describes the run, opens its log.</summary>
    /// <exception cref="UserException">Configuration, data or checkpoints that do not belong together.</exception>
    public void Begin<TBatch>(TrainingTask<TBatch> task)
    {
        var parts = task.Parts;
        _headline = task.Headline;
        _fingerprint = RunFingerprint.Of(_resolved, task.DataFingerprint(), parts[0].Parameters.Precision, Replicas.Count);
        if (Replicas.Description is { } description)
            Notice(description);
        var sums = Config.DistributedTraining;
        var keepsBits = Replicas.Count == 1 ? sums.Reproducible
            : parts.All(part => JointUpdates.AreInOrder(part.Parameters, Replicas, sums));
        if (RankThreads.Told(Replicas, get_num_threads(), keepsBits) is { } threads)
            Notice(threads);
        Replicas.Doing("opens the run", 0);
        if (Newest() is { } newest)
        {
            _fingerprint.Verify(newest.State.Fingerprint, Folder.Path, Notice);
            foreach (var part in parts)
                CheckpointTensors.Read(newest.Folder, part, newest.State);
            Progress = RunProgress.Restore(newest.State);
            (_savedUpdate, _begunAt) = (Progress.Update, Progress.Update);
            Notice($"going on from update {Progress.Update} ({newest.Folder})");
        }
        else
        {
            task.Begin(Progress);
        }
        if (Replicas.Writes)
        {
            var config = _resolved.ToYaml();
            if (_checkpoints.Folders().Count == 0)
                SideFiles.KeepOther(Folder.ConfigPath, config, Notice);
            AtomicFile.WriteAllText(Folder.ConfigPath, config);
            task.Describe(Folder);
            RunEnvironment.Append(Folder.EnvironmentPath, Environment(parts), Progress.Update, Notice);
        }
        _log = new TrainingLog(
            Replicas.Writes ? MetricsWriter.Open(Folder.MetricsPath, Progress.Update, Notice) : null,
            Replicas.Writes ? Path.Combine(Folder.Path, Config.Common.TensorboardLogdir ?? Folder.EventsPath) : null,
            Progress.Interval, Progress.Epoch, task.Headline, task.Constants)
        {
            HasPerplexity = task.HasPerplexity,
        };
        if (Progress.Update == 0
            && TrainingWatch.RateWarning(Config.Optimization.Lr.Max(), parts.Sum(part => (long)part.Parameters.Count)) is { } warning)
            Notice(warning);
        if (Progress.Update == 0
            && TrainingWatch.WarmupWarning(Config.LrScheduler, task.Plan.LastUpdate(Config.Optimization)) is { } rising)
            Notice(rising);
        _watch = !Replicas.Writes ? null : new TrainingWatch(Folder.Path, Options.Watch, Notice);
        _rules = [.. parts.Select(Rule)];
        if (!_talk.IsAlone)
        {
            _talk.Introduce(
                [
                    .. RankThings.Of(_resolved, _fingerprint, task.ValidFingerprint(), Progress.Update),
                    ("what it begins with", RankTalk.WeightsOf(_rules)),
                ]);
            _common = () => RankThings.Of(_resolved, _fingerprint with { Data = RankThings.DataNow(task.DataFingerprint) },
                RankThings.DataNow(task.ValidFingerprint), Progress.Update);
            foreach (var part in parts)
            {
                if (Replicas.WhenSummed(part.Parameters.Gradients, part.Parameters.Layers.Count) is { } when)
                    Notice($"gradients{(parts.Count > 1 ? $" of {part.Name}" : "")} are summed {when}");
            }
            if (Replicas.Writes)
                Times.KeepIn(RankTimesFile.Open(Folder.RankTimesPath, Progress.Update, Notice));
        }
    }

    // the first process looks, and may put damaged ones aside meanwhile
    private (string Folder, CheckpointState State)? Newest()
    {
        if (_talk.IsAlone)
            return _checkpoints.Newest(Notice);
        (string Folder, CheckpointState State)? found = null;
        var name = Encoding.UTF8.GetString(_talk.OfFirst(0, () =>
        {
            found = _checkpoints.Newest(Notice);
            return Encoding.UTF8.GetBytes(Path.GetFileName(found?.Folder) ?? "");
        }));
        if (Replicas.Writes || name.Length == 0)
            return found;
        var folder = Path.Combine(Folder.CheckpointsPath, name);
        return Directory.Exists(folder)
            ? (folder, CheckpointStore.Read(folder))
            : throw DistributedFaults.OtherFolder(folder);
    }

    /// <summary>Brings log, guards and counters up to the last update.</summary>
    public void Settle() => _rules.ForEach(rule => rule.Settle());

    /// <summary>Takes in and logs one validation.</summary>
    /// <returns>The value of <c>checkpoint.best_checkpoint_metric</c>.</returns>
    public double Validated(long update, int epoch, MetricAverages averages)
    {
        averages = _talk.OfFirst(update, averages); // whoever shares none has its own last digits
        var value = Progress.Validated(update, averages, _headline, Config.Checkpoint);
        Log.WriteValidation(update, epoch, Config.Dataset.ValidSubset, averages, Config.Checkpoint.BestCheckpointMetric,
            Progress.Best);
        return value;
    }

    /// <summary>Lets the doctor look at the curves.</summary>
    public void Watch(long update) => IsBroken = _talk.OfFirst(update, () => _watch?.Validated(update).Stop ?? false);

    /// <summary>Whether a validation is good enough for a checkpoint of its own.</summary>
    public bool IsWorthKeeping(double value) => _talk.OfFirst(Progress.Update, () =>
    {
        _writer.Finish(); // the checkpoints are looked through
        return CheckpointRetention.IsWorthKeeping(value, Progress.BestUpdate == Progress.Update, _checkpoints.States(), Config.Checkpoint);
    });

    /// <summary>Writes a checkpoint, perhaps in the background; of several processes all come here, and go on when it is whole.</summary>
    public void Save(string reason, int epoch, double? validValue)
    {
        if (Config.Checkpoint.NoSave)
            return;
        Settle();
        _rules.ForEach(rule => rule.Guard.CheckWeights(Progress.Update));
        _savedUpdate = Progress.Update;
        if (!_talk.IsAlone)
        {
            Replicas.Doing(RankReport.Saves, Progress.Update);
            _talk.Introduce([.. _common()], Progress.Update);
            _talk.Agree(Progress.Update, RankTalk.WeightsOf(_rules));
        }
        _talk.OfFirst(Progress.Update, () =>
        {
            Log.Sync();
            _writer.Save(
                Progress.ToState(epoch, _rules, _fingerprint!, validValue is { } v && double.IsFinite(v) ? v : null, reason),
                copy => new CheckpointSnapshot([.. _rules.Select(rule => rule.Part)], Config.Checkpoint.NoSaveOptimizerState, copy));
            return true;
        });
    }

    /// <summary>
    /// Lets the reading of data meet a fault of the user's (a recording that was removed): what was trained so far is saved first. A fault
    /// of the saving gives way to the first one.
    /// </summary>
    /// <exception cref="UserException">The fault.</exception>
    public T Reading<T>(int epoch, Func<T> read)
    {
        try
        {
            return _talk.IsAlone ? read() : ReadingTogether(read);
        }
        catch (UserException)
        {
            if (Progress.Update > 0 && _savedUpdate != Progress.Update)
            {
                try
                {
                    Save("last", epoch, validValue: null);
                    _writer.Finish();
                    Notice($"a checkpoint of update {Progress.Update} was written first; the same command goes on from it");
                }
                catch (UserException e)
                {
                    Notice($"warning: {e.Message}");
                }
            }
            throw;
        }
    }

    // a fault that one process meets is one of all: they save together what was trained, and end
    private T ReadingTogether<T>(Func<T> read)
    {
        var (result, fault) = (default(T), default(UserException));
        try
        {
            result = read();
        }
        catch (UserException e)
        {
            fault = e;
        }
        var other = _talk.Meet(Progress.Update, Clock(), Cancellation.IsCancellationRequested, RankTalk.WeightsOf(_rules), fault?.Message);
        return (fault ?? other) is { } met ? throw met : result!;
    }

    /// <summary>Throws what a checkpoint that is written in the background has met.</summary>
    public void CheckWriting() => _writer.Check();

    /// <summary>Waits for what is under way, and says how the run ended.</summary>
    /// <exception cref="OperationCanceledException">Interrupted before its end.</exception>
    public TrainingSummary End(long lastUpdate, string? earlyEnd)
    {
        Settle();
        _writer.Finish();
        if (!Options.StaysTogether)
            Replicas.Leave();
        var looked = ResidentMemory.IsSampled ? ", looked at with each line of the log" : "";
        Notice($"update {Progress.Update}{(Progress.Update > lastUpdate ? $", beyond the {lastUpdate} asked for" : $" of {lastUpdate}")}; "
            + $"at most {ResidentMemory.PeakMib():N0} MiB of memory were in use{looked}");
        if (earlyEnd is not null)
            Notice($"the run ends here: {earlyEnd}");
        else if (_begunAt >= lastUpdate)
            Notice($"the run was finished before, so nothing was trained; raise {EndKey(lastUpdate)} to train on");
        var finished = Progress.Update >= lastUpdate || earlyEnd is not null;
        if (!finished && IsInterrupted)
        {
            Notice(Config.Checkpoint.NoSave
                ? $"interrupted after update {Progress.Update}; no checkpoint was written, as checkpoint.no_save asks for"
                : $"interrupted after update {Progress.Update}; its checkpoint is in {_writer.Last}, and the same command goes on from it");
            throw new OperationCanceledException(Cancellation);
        }
        return new TrainingSummary(
            Folder.Path, _writer.Last ?? (_checkpoints.Folders() is [var latest, ..] ? latest : null), Progress.Update, finished,
            Log.LastHeadline, Progress.ValidHeadline, Progress.SkippedUpdates, ResidentMemory.PeakMib(), IsBroken);
    }

    // whichever of the two ends the run
    private string EndKey(long lastUpdate) =>
        Config.Optimization is { MaxUpdate: > 0 and var most } && lastUpdate >= most ? "optimization.max_update" : "optimization.max_epoch";

    private UpdateRule Rule(TrainedPart part)
    {
        var scaler = part.Parameters.Precision == ComputePrecision.Float16 || Options.ScaleLoss
            ? new LossScaler(
                Config.Common, [.. Config.Optimization.UpdateFreq.Select(f => f * Replicas.Count)], Progress.LossScale(part))
            : null;
        var guard = new NumericalGuard(
            part, Config.Optimization.MaxSkippedUpdates, scaler, Progress,
            Replicas.Writes ? new BadBatchStore(Folder.BadBatchesPath) : null, Notice);
        return UpdateRule.For(part, guard, Log, Config.Optimization, Options.LooksLater, Joint.AreRead(part));
    }

    // What a reader of the run folder needs to know of the machine.
    private Dictionary<string, string> Environment(IReadOnlyList<TrainedPart> parts) => new()
    {
        ["torch"] = __version__,
        ["device"] = PrecisionChoice.Device(Config.Common).ToString(),
        ["precision"] = parts[0].Parameters.Precision.ToString(),
        ["threads"] = get_num_threads().ToString(CultureInfo.InvariantCulture),
        ["parameters"] = parts.Sum(part => part.Parameters.Count).ToString(CultureInfo.InvariantCulture),
    };

    public void Dispose()
    {
        _rules.ForEach(rule => rule.Dispose());
        Joint.Dispose();
        _watch?.Dispose();
        _writer.Dispose();
        _log?.Dispose();
        _runLog?.Dispose();
        _lock?.Dispose();
    }
}
