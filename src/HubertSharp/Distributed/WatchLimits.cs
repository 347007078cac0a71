using HubertSharp.Runs.Configuration.Groups;

namespace HubertSharp.Distributed;

/// <summary>How long the processes of a job wait for each other.</summary>
/// <param name="Start">Until the first update is done, and while a checkpoint is written or a validation runs.</param>
/// <param name="Step">In training, and <see cref="Medians"/> median updates more.</param>
/// <param name="Medians">How many; 0 where the user named the whole limit.</param>
/// <param name="Death">Without any sign of life.</param>
internal sealed record WatchLimits(TimeSpan Start, TimeSpan Step, int Medians, TimeSpan Death)
{
    private const int MedianUpdates = 5;

    /// <summary>fairseq's <c>heartbeat_timeout</c>, where it is given, is the limit of an update.</summary>
    public static WatchLimits Of(DistributedTrainingConfig config) => new(
        TimeSpan.FromSeconds(config.StartTimeout),
        TimeSpan.FromSeconds(config.HeartbeatTimeout > 0 ? config.HeartbeatTimeout : config.StepTimeout),
        config.HeartbeatTimeout > 0 ? 0 : MedianUpdates,
        TimeSpan.FromSeconds(config.DeathTimeout));

    /// <summary>How long a process waits in one call.</summary>
    /// <param name="median">Of the updates so far; null before the second.</param>
    public TimeSpan Waiting(TimeSpan? median) => median is { } step ? Step + (Medians * step) : Start;
}
