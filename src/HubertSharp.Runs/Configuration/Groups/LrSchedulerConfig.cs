namespace HubertSharp.Runs.Configuration.Groups;

/// <summary>fairseq's group <c>lr_scheduler</c> (PolynomialDecayLRScheduleConfig): linear warm-up, then polynomial decay.</summary>
public sealed record LrSchedulerConfig
{
    [Key("_name"), Choices("polynomial_decay")]
    public string Name { get; init; } = "polynomial_decay";

    [Between(0, int.MaxValue)]
    public int WarmupUpdates { get; init; }

    /// <summary>From this epoch on the peak stays at its last value; null never does that.</summary>
    [Between(0, int.MaxValue)]
    public int? ForceAnneal { get; init; }

    [Between(0, 1e9)]
    public double EndLearningRate { get; init; }

    [Between(0, 1000)]
    public double Power { get; init; } = 1;

    /// <summary>Updates over which the rate decays, warm-up included.</summary>
    [DefaultsTo("optimization.max_update"), Between(0, int.MaxValue)]
    public double TotalNumUpdate { get; init; }

    [DefaultsTo("optimization.lr"), Between(0, 1e9)]
    public IReadOnlyList<double> Lr { get; init; } = [0.25];
}
