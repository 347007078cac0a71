using HubertSharp.Runs.Configuration.Groups;

namespace HubertSharp.Runs.Configuration.Tokenizers;

/// <summary>
/// A whole training of a SpeechTokenizer: the groups of <see cref="TrainingConfig"/>, and its own task, criterion and model. The defaults
/// are the released values (<c>spt_base_cfg.json</c>), and so are the names of the keys that it has.
/// </summary>
public sealed record TokenizerTrainingConfig : TrainingConfig
{
    public TokenizerTrainingConfig()
    {
        Common = new CommonConfig { Seed = 1234 };
        Checkpoint = new CheckpointConfig
        {
            SaveIntervalUpdates = 2500,
            KeepIntervalUpdates = 6,
            NoEpochCheckpoints = true,
            BestCheckpointMetric = "mel_error",
        };
        Dataset = new DatasetConfig
        {
            BatchSize = 6,
            RequiredBatchSizeMultiple = 1,
            ValidateInterval = int.MaxValue,
            ValidateIntervalUpdates = 2500,
        };
        Optimization = new OptimizationConfig { Lr = [1e-4], MaxEpoch = 10 };
        Optimizer = new AdamWConfig { AdamBetas = (0.9, 0.99), WeightDecay = 0 };
        LrScheduler = new CosineConfig();
    }

    public TokenizerTaskConfig Task { get; init; } = new();

    public TokenizerCriterionConfig Criterion { get; init; } = new();

    public TokenizerModelConfig Model { get; init; } = new();

    internal override IEnumerable<string> Broken(RuleCheck check) => TokenizerRules.Broken(this, check);
}
