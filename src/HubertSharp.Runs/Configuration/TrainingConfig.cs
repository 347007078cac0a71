using HubertSharp.Runs.Configuration.Groups;

namespace HubertSharp.Runs.Configuration;

/// <summary>
/// The groups that every training has, whatever it trains: fairseq's own, without task, criterion and model. A root record adds those
/// that are its own; <see cref="ConfigSchema"/> reads the keys off it.
/// </summary>
public abstract record TrainingConfig
{
    public CommonConfig Common { get; init; } = new();

    public CheckpointConfig Checkpoint { get; init; } = new();

    public DistributedTrainingConfig DistributedTraining { get; init; } = new();

    public DatasetConfig Dataset { get; init; } = new();

    public OptimizationConfig Optimization { get; init; } = new();

    public OptimizerConfig Optimizer { get; init; } = new AdamConfig();

    public LrSchedulerConfig LrScheduler { get; init; } = new PolynomialDecayConfig();

    /// <summary>The rules between keys that are broken; a root adds its own.</summary>
    internal virtual IEnumerable<string> Broken(RuleCheck check) => ConfigRules.Shared(this, check);
}
