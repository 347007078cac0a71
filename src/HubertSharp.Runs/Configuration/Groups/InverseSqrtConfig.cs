namespace HubertSharp.Runs.Configuration.Groups;

/// <summary>
/// <c>lr_scheduler._name: inverse_sqrt</c> (InverseSquareRootLRScheduleConfig): a linear rise, then a fall with the square root of the
/// updates done.
/// </summary>
public sealed record InverseSqrtConfig : LrSchedulerConfig
{
    /// <summary>Updates of the rise, which set the pace of the fall, too.</summary>
    [Between(1, int.MaxValue), Unit("updates")]
    public int WarmupUpdates { get; init; } = 4000;

    /// <summary>Learning rate of the first update; below 0 for 0.</summary>
    [Between(-1, 1e9)]
    public double WarmupInitLr { get; init; } = -1;

    internal override long RisingUpdates() => WarmupUpdates;

    internal override IEnumerable<(string Key, string Expected, object Found)> Broken() => SeveralPeaks();
}
