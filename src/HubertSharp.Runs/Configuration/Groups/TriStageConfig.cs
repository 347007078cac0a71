namespace HubertSharp.Runs.Configuration.Groups;

/// <summary>
/// <c>lr_scheduler._name: tri_stage</c> (TriStageLRScheduleConfig): a linear rise, a plateau, an exponential way down, and the final
/// rate from there on.
/// </summary>
public sealed record TriStageConfig : LrSchedulerConfig
{
    /// <summary>Updates of the rise.</summary>
    [Between(0, int.MaxValue), Unit("updates")]
    public int WarmupSteps { get; init; }

    /// <summary>Updates at the peak.</summary>
    [Between(0, int.MaxValue), Unit("updates")]
    public int HoldSteps { get; init; }

    /// <summary>Updates of the way down.</summary>
    [Between(0, int.MaxValue), Unit("updates")]
    public int DecaySteps { get; init; }

    /// <summary>
    /// Shares of <c>max_update</c> for the three, such as [0.1, 0.4, 0.5], in place of the three numbers of updates; null takes those.
    /// </summary>
    [Between(0, 1)]
    public IReadOnlyList<double>? PhaseRatio { get; init; }

    /// <summary>Rate of the first update, as a share of the peak.</summary>
    [Between(0, 1e9)]
    public double InitLrScale { get; init; } = 0.01;

    /// <summary>Rate at the end, as a share of the peak.</summary>
    [Between(1e-30, 1e9)]
    public double FinalLrScale { get; init; } = 0.01;

    /// <summary>What <c>phase_ratio</c> divides.</summary>
    [DefaultsTo("optimization.max_update"), Between(0, int.MaxValue), Unit("updates")]
    public double MaxUpdate { get; init; }

    /// <summary>The lengths of the three stages in updates, those of <c>phase_ratio</c> rounded down.</summary>
    public (long Warmup, long Hold, long Decay) Stages() => PhaseRatio is [var warmup, var hold, var decay]
        ? ((long)(MaxUpdate * warmup), (long)(MaxUpdate * hold), (long)(MaxUpdate * decay))
        : (WarmupSteps, HoldSteps, DecaySteps);

    internal override long RisingUpdates() => Stages().Warmup;

    internal override string RisingKey => "lr_scheduler.warmup_steps";

    internal override IEnumerable<(string Key, string Expected, object Found)> Broken()
    {
        foreach (var broken in SeveralPeaks())
            yield return broken;
        if (PhaseRatio is not null && (PhaseRatio.Count != 3 || Math.Abs(PhaseRatio.Sum() - 1) > 1e-9))
            yield return ("lr_scheduler.phase_ratio", "three shares that add up to 1 such as [0.1, 0.4, 0.5]", PhaseRatio);
        else if (PhaseRatio is not null && MaxUpdate <= 0)
            yield return ("lr_scheduler.max_update", "more than 0 updates for phase_ratio to divide", MaxUpdate);
        else if (PhaseRatio is [_, _, 0])
            yield return ("lr_scheduler.phase_ratio", "a share above 0 for the way down", PhaseRatio);
        else if (PhaseRatio is [_, _, var share] && Stages().Decay == 0)
            yield return ("optimization.max_update",
                $"at least {Math.Ceiling(1 / share):0} updates, because lr_scheduler.phase_ratio gives {share:0.##} "
                + $"of them to the way down",
                MaxUpdate);
        else if (Stages().Decay == 0)
            yield return ("lr_scheduler.decay_steps", "at least 1 update here, or a share in lr_scheduler.phase_ratio", 0);
    }
}
