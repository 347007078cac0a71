namespace HubertSharp.Runs.Configuration.Groups;

/// <summary>
/// <c>lr_scheduler._name: polynomial_decay</c> (PolynomialDecayLRScheduleConfig): a linear rise from 0, then a polynomial way down.
/// </summary>
public sealed record PolynomialDecayConfig : LrSchedulerConfig
{
    /// <summary>Updates of the rise.</summary>
    [Between(0, int.MaxValue), Unit("updates")]
    public int WarmupUpdates { get; init; }

    /// <summary>From this epoch on the peak stays at its last value; null never does that.</summary>
    /// <remarks>Restarts the decay from the rate in force.</remarks>
    [Between(0, int.MaxValue), Unit("epochs")]
    public int? ForceAnneal { get; init; }

    /// <summary>Learning rate at the end.</summary>
    [Between(0, 1e9)]
    public double EndLearningRate { get; init; }

    /// <summary>Exponent of the way down; 1 is a straight line.</summary>
    [Between(0, 1000)]
    public double Power { get; init; } = 1;

    /// <summary>Updates over which the rate decays, warm-up included.</summary>
    [DefaultsTo("optimization.max_update"), Between(0, int.MaxValue), Unit("updates")]
    public double TotalNumUpdate { get; init; }

    internal override long RisingUpdates() => WarmupUpdates;
}
