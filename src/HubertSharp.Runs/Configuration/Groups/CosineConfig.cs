namespace HubertSharp.Runs.Configuration.Groups;

/// <summary>
/// <c>lr_scheduler._name: cosine</c> (CosineLRScheduleConfig): a linear rise, then half a cosine down, again and again where the periods
/// are shorter than the run.
/// </summary>
public sealed record CosineConfig : LrSchedulerConfig
{
    /// <summary>Updates of the rise.</summary>
    [Between(0, int.MaxValue), Unit("updates")]
    public int WarmupUpdates { get; init; }

    /// <summary>Learning rate of the first update; below 0 for <c>min_lr</c>.</summary>
    [Between(-1, 1e9)]
    public double WarmupInitLr { get; init; } = -1;

    /// <summary>Learning rate at the end of the first period.</summary>
    [Between(0, 1e9)]
    public double MinLr { get; init; }

    /// <summary>Every period is so many times as long as the one before.</summary>
    /// <remarks>Below 1 it works until the periods have shrunk to nothing, where the program ends.</remarks>
    [Between(1, 1000)]
    public double TMult { get; init; } = 1;

    /// <summary>Length of the first period; 0 or less for all of <c>max_update</c> after the rise.</summary>
    [Between(-1, int.MaxValue), Unit("updates")]
    public double LrPeriodUpdates { get; init; } = -1;

    /// <summary>Every period's peak and end are so many times those of the one before.</summary>
    [Between(0, 1e9)]
    public double LrShrink { get; init; } = 0.1;

    /// <summary>What the length of the only period is taken from.</summary>
    [DefaultsTo("optimization.max_update"), Between(0, int.MaxValue), Unit("updates")]
    public double MaxUpdate { get; init; }

    /// <summary>Length of the first period in updates.</summary>
    public double Period() => LrPeriodUpdates > 0 ? LrPeriodUpdates : MaxUpdate - WarmupUpdates;

    internal override long RisingUpdates() => WarmupUpdates;

    internal override IEnumerable<(string Key, string Expected, object Found)> Broken()
    {
        foreach (var broken in SeveralPeaks())
            yield return broken;
        if (Lr is [var peak, ..] && peak <= MinLr)
            yield return ("lr_scheduler.min_lr", $"less than the peak of {ConfigValue.Format(peak)}", MinLr);
        if (Period() <= 0)
            yield return ("lr_scheduler.lr_period_updates",
                $"a length here, or optimization.max_update above the {WarmupUpdates} updates of the warm-up", LrPeriodUpdates);
    }

    internal override bool Restarts(long maxUpdate) => WarmupUpdates + Period() < maxUpdate;
}
