namespace HubertSharp.Runs.Configuration.Groups;

/// <summary>fairseq's group <c>lr_scheduler</c>; <c>_name</c> says which schedule. Every one is a function of the updates done.</summary>
[Record("polynomial_decay", typeof(PolynomialDecayConfig))]
[Record("tri_stage", typeof(TriStageConfig))]
[Record("cosine", typeof(CosineConfig))]
[Record("fixed", typeof(FixedConfig))]
[Record("inverse_sqrt", typeof(InverseSqrtConfig))]
public abstract record LrSchedulerConfig
{
    /// <summary>
    /// Peak learning rate. <c>polynomial_decay</c> takes entry i in epoch i, <c>fixed</c> entry i in epoch i+1, the last one from there
    /// on; the other schedules have one.
    /// </summary>
    [DefaultsTo("optimization.lr"), Between(0, 1e9)]
    public IReadOnlyList<double> Lr { get; init; } = [0.25];

    /// <summary>Updates at the start in which the rate rises.</summary>
    internal abstract long RisingUpdates();

    /// <summary>The key that sets them.</summary>
    internal virtual string RisingKey => "lr_scheduler.warmup_updates";

    /// <summary>Whether the rate, once it is down, rises again before this update.</summary>
    internal virtual bool Restarts(long maxUpdate) => false;

    /// <summary>What the schedule cannot be computed with: key, expected, found.</summary>
    internal virtual IEnumerable<(string Key, string Expected, object Found)> Broken() => [];

    /// <summary>The fault of a schedule that has one peak and is given several.</summary>
    private protected IEnumerable<(string Key, string Expected, object Found)> SeveralPeaks() =>
        Lr.Count > 1 ? [("lr_scheduler.lr", "one rate (fixed and polynomial_decay take one per epoch)", Lr)] : [];
}
