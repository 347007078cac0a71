using System.Globalization;
using HubertSharp.Runs.Doctor.Facts;
using HubertSharp.Runs.Doctor.Findings.Rules;
using HubertSharp.Runs.Doctor.Findings.Rules.Finetuning;
using HubertSharp.Runs.Doctor.Findings.Rules.Tokenizers;

namespace HubertSharp.Runs.Doctor.Findings;

/// <summary>Looks at the figures of a run for one kind of trouble, or of comfort. Every threshold has its reason beside it.</summary>
internal abstract class FindingRule
{
    /// <summary>What is next of a finding that needs no action: it is told without, or folded away.</summary>
    public static readonly Text NothingToDo = ("", "");

    /// <summary>Every rule, in the order in which findings of equal weight are told.</summary>
    public static IReadOnlyList<FindingRule> All { get; } =
    [
        new NotFiniteRule(), new LabelRule(), new DataRule(), new TrivialRule(), new LearningRateRule(), new DivergenceRule(),
        new CollapseRule(),
        new LossScaleRule(), new FrozenRule(),
        new LevelRule(), new CtcRule(), new TranscriptRule(), new SpokenLanguageRule(), new TokenizerRule(), new CodebookRule(),
        new FirstLossRule(),
        new ValidRule(), new GradientRule(), new RestartRule(),
        new SpikeRule(),
        new TrendRule(),
        new ThroughputRule(), new AccuracyRule(),
        new LanguageRule(), new NoiseRule(), new ReferenceRule(), new ObjectiveRule(), new ClassesRule(), new LogRule(),
    ];

    public abstract IEnumerable<Finding> Examine(LossFacts f);

    /// <summary>A loss with two decimals.</summary>
    protected static string Bits(double bits) => bits.ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>A share as percent.</summary>
    public static string Percent(double share) => $"{(100 * share).ToString("0.#", CultureInfo.InvariantCulture)}%";

    /// <summary>A small or large number with three digits.</summary>
    protected static string Number(double value) =>
        value.ToString(Math.Abs(value) is >= 0.01 and < 10_000 or 0 ? "0.###" : "0.0e+0", CultureInfo.InvariantCulture);

    protected static string Count(double count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>The unit behind a loss: bits, or nothing for a sum.</summary>
    protected static Text Unit(LossFacts f) => f.Unit.Name == "sum" || (!f.IsScaled && !f.IsMasked) ? ("", "") : (" bits", " 比特");

    /// <summary>What the judged loss is called.</summary>
    protected static Text LossName(LossFacts f) => f.Objective switch
    {
        Logs.TrainingObjective.MaskedPrediction when f.Series.Train.Any(p => p.LossMasked is not null) => ("masked loss", "掩码损失"),
        Logs.TrainingObjective.Contrastive => ("contrastive loss", "对比损失"),
        _ when f.Context.IsTokenizer => ("mel error", "梅尔误差"),
        _ => ("loss", "损失"),
    };
}
