using HubertSharp.Runs.Configuration.Groups;

namespace HubertSharp.Runs.Configuration;

/// <summary>
/// A whole pre-training configuration in fairseq's schema: the groups and keys of <c>fairseq-hydra-train</c>, .NET casing here,
/// snake_case in YAML (<c>model.conv_pos_groups</c> is <c>Model.ConvPosGroups</c>). The defaults are fairseq's own dataclass
/// defaults; the published values of base, large and x-large are the bundled YAML files.
/// </summary>
/// <remarks>Keys that fairseq knows and that mean nothing here are listed in <see cref="IgnoredKeys"/>, not on the records.</remarks>
public sealed record HubertConfig
{
    public CommonConfig Common { get; init; } = new();

    public CheckpointConfig Checkpoint { get; init; } = new();

    public DistributedTrainingConfig DistributedTraining { get; init; } = new();

    public TaskConfig Task { get; init; } = new();

    public DatasetConfig Dataset { get; init; } = new();

    public CriterionConfig Criterion { get; init; } = new();

    public OptimizationConfig Optimization { get; init; } = new();

    public OptimizerConfig Optimizer { get; init; } = new();

    public LrSchedulerConfig LrScheduler { get; init; } = new();

    public ModelConfig Model { get; init; } = new();
}
