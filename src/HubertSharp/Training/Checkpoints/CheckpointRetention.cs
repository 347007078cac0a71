using HubertSharp.Runs.Configuration.Groups;

namespace HubertSharp.Training.Checkpoints;

/// <summary>
/// Which checkpoints stay: fairseq's <c>keep_interval_updates</c>, <c>keep_last_epochs</c> and <c>keep_best_checkpoints</c>, of which
/// 0 or less keeps all (of the best ones: the best one); and always the newest, the best, and the one before the newest, for the
/// day on which the newest turns out to be damaged.
/// </summary>
internal static class CheckpointRetention
{
    /// <summary>Newest and the one before it.</summary>
    private const int AlwaysKept = 2;

    /// <summary>The updates whose checkpoints are to be removed.</summary>
    /// <param name="newestFirst">The states of all readable checkpoints.</param>
    /// <param name="config">The limits.</param>
    public static IReadOnlyList<long> Superfluous(IReadOnlyList<CheckpointState> newestFirst, CheckpointConfig config)
    {
        var kept = newestFirst.Take(AlwaysKept).Select(s => s.Update).ToHashSet();
        if (newestFirst is [{ BestUpdate: { } best }, ..])
            kept.Add(best);
        KeepNewest("interval", config.KeepIntervalUpdates);
        KeepNewest("epoch", config.KeepLastEpochs);
        kept.UnionWith(Best(newestFirst, config).Select(s => s.Update));
        return [.. newestFirst.Select(s => s.Update).Where(u => !kept.Contains(u))];

        void KeepNewest(string reason, int limit) =>
            kept.UnionWith(newestFirst.Where(s => s.Reason == reason).Take(limit > 0 ? limit : int.MaxValue).Select(s => s.Update));
    }

    /// <summary>Whether a validation is good enough for a checkpoint of its own: the best so far, or among the best to be kept.</summary>
    public static bool IsWorthKeeping(double value, bool isBest, IReadOnlyList<CheckpointState> states, CheckpointConfig config)
    {
        if (isBest || !double.IsFinite(value))
            return isBest;
        var best = Best(states, config);
        return config.KeepBestCheckpoints > 0
            && (best.Count < config.KeepBestCheckpoints
                || (config.MaximizeBestCheckpointMetric ? value > best[^1].ValidValue : value < best[^1].ValidValue));
    }

    // best first; of equal ones the older
    private static List<CheckpointState> Best(IReadOnlyList<CheckpointState> states, CheckpointConfig config)
    {
        if (config.KeepBestCheckpoints <= 0)
            return [];
        var scored = states.Where(s => s.ValidValue is not null);
        var ordered = config.MaximizeBestCheckpointMetric ? scored.OrderByDescending(s => s.ValidValue) : scored.OrderBy(s => s.ValidValue);
        return [.. ordered.ThenBy(s => s.Update).Take(config.KeepBestCheckpoints)];
    }
}
