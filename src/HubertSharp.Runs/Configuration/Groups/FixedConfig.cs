namespace HubertSharp.Runs.Configuration.Groups;

/// <summary>
/// <c>lr_scheduler._name: fixed</c> (FixedLRScheduleConfig): the rate that <c>lr</c> says for each epoch, after a linear rise.
/// </summary>
public sealed record FixedConfig : LrSchedulerConfig
{
    /// <summary>From this epoch on the last rate shrinks once more with every epoch; null never does that.</summary>
    [Between(0, int.MaxValue), Unit("epochs")]
    public int? ForceAnneal { get; init; }

    /// <summary>What it is multiplied with then.</summary>
    [Between(0, 1e9)]
    public double LrShrink { get; init; } = 0.1;

    /// <summary>Updates of the rise; its first update has the rate of one part of it, not 0.</summary>
    [Between(0, int.MaxValue), Unit("updates")]
    public int WarmupUpdates { get; init; }

    internal override long RisingUpdates() => WarmupUpdates;
}
