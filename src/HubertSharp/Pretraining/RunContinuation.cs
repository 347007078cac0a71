using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Training;
using HubertSharp.Training.Checkpoints;

namespace HubertSharp.Pretraining;

/// <summary>Whether a training can go on from what lies in a run folder: the fingerprint of its newest checkpoint decides.</summary>
internal static class RunContinuation
{
    /// <summary>They decide how long a run is, not what it learns.</summary>
    private static readonly string[] Lengths =
        ["optimization.max_update", "optimization.max_epoch", "optimization.stop_time_hours", "optimization.stop_min_lr",
            "lr_scheduler.total_num_update", "lr_scheduler.max_update"];

    /// <summary>Why it cannot, or null when it can.</summary>
    /// <param name="resolved">The configuration to train with.</param>
    /// <param name="runFolder">The folder of the run.</param>
    /// <param name="isSame">It is the configuration that the run began with: then it goes on without a checkpoint, too.</param>
    /// <exception cref="Runs.UserException">Another process trains there, or the data cannot be read.</exception>
    public static string? Obstacle(ResolvedConfig<HubertConfig> resolved, string runFolder, bool isSame)
    {
        var (config, folder) = (resolved.Value, RunFolder.Create(runFolder));
        using var runLock = RunLock.Take(folder.LockPath);
        var checkpoints = new CheckpointStore(folder.CheckpointsPath, config.Checkpoint);
        if (checkpoints.Folders().Count == 0)
            return isSame ? null : "it has no checkpoint";
        if (checkpoints.States().FirstOrDefault(state => state.IsWhole) is not { } newest)
            return null; // the run says which are damaged
        using var train = PretrainingData.Open(config.Task, config.Dataset.TrainSubset);
        var now = RunFingerprint.Of(resolved, train.Fingerprint(config.Dataset.TrainSubset), PrecisionChoice.For(config.Common).Precision);
        if (now.Broken(newest.Fingerprint) is { } broken)
            return $"it was trained with {broken.Before}, not {broken.Now}";
        var isDone = config.Optimization.MaxUpdate > 0
            ? newest.Update >= config.Optimization.MaxUpdate
            : newest.Epoch >= config.Optimization.MaxEpoch;
        return isDone && now.Told(newest.Fingerprint, Lengths) is { } told
            ? $"it was trained to its end with {told.Before}, not {told.Now}"
            : null;
    }
}
