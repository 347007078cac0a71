using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Configuration.Groups;

namespace HubertSharp.Tests.Configuration;

/// <summary>
/// A second root record, for the tests alone: the groups of fairseq's fine-tuning under its names, and a second optimizer, as the
/// discriminators of a tokenizer have one.
/// </summary>
[Ignores("task", "single_target")]
internal sealed record FinetuningShape : TrainingConfig
{
    public FinetuningShape() => LrScheduler = new TriStageConfig();

    public TaskConfig Task { get; init; } = new();

    public CtcShape Criterion { get; init; } = new();

    public ModelShape Model { get; init; } = new();

    public OptimizerConfig DiscriminatorOptimizer { get; init; } = new AdamWConfig();

    internal override IEnumerable<string> Broken(RuleCheck check) => Model.FreezeFinetuneUpdates > Optimization.MaxUpdate
        ? [.. base.Broken(check),
            check.Rule("model.freeze_finetune_updates", "less than optimization.max_update", Model.FreezeFinetuneUpdates)]
        : base.Broken(check);

    internal sealed record CtcShape
    {
        [Key("_name"), Choices("ctc")]
        public string Name { get; init; } = "ctc";

        public bool ZeroInfinity { get; init; }

        [DefaultsTo("optimization.sentence_avg")]
        public bool SentenceAvg { get; init; }

        public string PostProcess { get; init; } = "letter";
    }

    internal sealed record ModelShape
    {
        [Key("_name"), Choices("hubert_ctc")]
        public string Name { get; init; } = "hubert_ctc";

        [Key("w2v_path"), MustBeGiven]
        public string Checkpoint { get; init; } = "";

        public bool ApplyMask { get; init; }

        [Between(0, 1)]
        public double MaskProb { get; init; } = 0.75;

        [Between(0, 1)]
        public double Layerdrop { get; init; }

        [Between(0, int.MaxValue)]
        public int FreezeFinetuneUpdates { get; init; }

        [DefaultsTo("task.normalize")]
        public bool Normalize { get; init; }
    }
}
