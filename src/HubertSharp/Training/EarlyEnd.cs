using HubertSharp.Runs.Configuration;

namespace HubertSharp.Training;

/// <summary>
/// The ends of a run before its last update: fairseq's <c>patience</c>, <c>stop_time_hours</c> and <c>stop_min_lr</c>. A function
/// of what a checkpoint holds, so that a run that ended is still at its end when it is started again.
/// </summary>
internal static class EarlyEnd
{
    /// <summary>Why the run ends after this update, or null.</summary>
    /// <param name="config">The limits.</param>
    /// <param name="progress">Where the run stands.</param>
    /// <param name="endsEpoch">Whether an epoch ends here.</param>
    /// <param name="nextLearningRate">Of the update that would follow.</param>
    public static string? Reason(TrainingConfig config, RunProgress progress, bool endsEpoch, double nextLearningRate)
    {
        var (checkpoint, optimization) = (config.Checkpoint, config.Optimization);
        if (checkpoint.Patience > 0 && progress.ValidationsSinceBest >= checkpoint.Patience)
            return $"no better validation in {progress.ValidationsSinceBest} (checkpoint.patience)";
        if (IsTimeUp(config, progress))
            return $"{progress.TrainingSeconds / 3600:F2} hours of training (optimization.stop_time_hours)";
        return endsEpoch && progress.Update > 0 && nextLearningRate <= optimization.StopMinLr
            ? $"the learning rate is down to {nextLearningRate:R} (optimization.stop_min_lr)"
            : null;
    }

    public static bool IsTimeUp(TrainingConfig config, RunProgress progress) =>
        config.Optimization.StopTimeHours > 0 && progress.TrainingSeconds / 3600 > config.Optimization.StopTimeHours;
}
