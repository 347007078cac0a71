using HubertSharp.Runs.Reports.Ranking;
using HubertSharp.Runs.Reports.Tokenizers;

namespace HubertSharp.Runs.Reports;

/// <summary>Everything that the final report of a pipeline shows; <c>report.json</c> is this record.</summary>
public sealed record PipelineReport
{
    /// <summary>The recipe's name.</summary>
    public required string Name { get; init; }

    /// <summary>When the report was made, UTC.</summary>
    public required DateTime Created { get; init; }

    public required CorpusSummary Corpus { get; init; }

    public required IReadOnlyList<IterationSummary> Iterations { get; init; }

    /// <summary>Label sets and layers against reference phones or syllables.</summary>
    public IReadOnlyList<QualitySummary> Quality { get; init; } = [];

    /// <summary>The curve of worth of each iteration, where checkpoints were scored.</summary>
    public IReadOnlyList<RunWorth> Worth { get; init; } = [];

    /// <summary>The fine-tuning of the last model; null where the recipe has none.</summary>
    public FinetuningSummary? Finetuning { get; init; }

    /// <summary>Tokenizers that differ in their teacher alone; none where the recipe trains none.</summary>
    public IReadOnlyList<TokenizerSummary> Tokenizers { get; init; } = [];

    /// <summary>The page of their comparison, from the pipeline's folder on.</summary>
    public static string TokenizerPage(bool isChinese) =>
        $"tokenizers/comparison/{(isChinese ? TokenizerSummary.ChinesePageName : TokenizerSummary.PageName)}";

    /// <summary>The linear probe on frozen features, in the order of the road.</summary>
    public IReadOnlyList<ProbeSummary> Probe { get; init; } = [];

    /// <summary>Seconds by stage, in the order in which they ran.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> StageSeconds { get; init; } = [];

    /// <summary>Versions, machine, threads.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];
}

/// <summary>The recordings.</summary>
/// <param name="Name">The corpus' name, or its folder.</param>
/// <param name="Parts">Amounts by split and language.</param>
/// <param name="Credits">Whose recordings they are and under which licence, as plain text; null when nobody said.</param>
public sealed record CorpusSummary(string Name, IReadOnlyList<CorpusPart> Parts, string? Credits);

/// <summary>The amount of speech of one split in one language.</summary>
public sealed record CorpusPart(string Split, string? Language, int Utterances, double Seconds);

/// <summary>One label set, or one layer, scored against a reference.</summary>
/// <param name="Source">What was clustered.</param>
/// <param name="Language">The language, or null for all.</param>
/// <param name="Reference">What it was compared with.</param>
/// <param name="Clusters">Clusters that occur.</param>
/// <param name="Frames">Frames compared.</param>
/// <param name="PhonePurity">Share of frames whose reference label is the commonest of their cluster.</param>
/// <param name="ClusterPurity">Share of frames whose cluster is the commonest of their reference label.</param>
/// <param name="Pnmi">Mutual information over the entropy of the reference.</param>
/// <param name="IsLabelSet">The labels that a model was trained on, not a layer clustered for comparison.</param>
public sealed record QualitySummary(
    FeatureSource Source, string? Language, string Reference, int Clusters, long Frames, double PhonePurity, double ClusterPurity,
    double Pnmi, bool IsLabelSet)
{
    /// <summary>
    /// Clusters that k-means was asked for: what two rows must share to compare, not those that occur; null where nobody kept it.
    /// </summary>
    public int? AskedClusters { get; init; }

    /// <summary>Labels per second; null where nobody kept it.</summary>
    public double? LabelRate { get; init; }

    /// <summary>The split that is scored; null where nobody kept it.</summary>
    public string? Split { get; init; }

    /// <summary>The intervals of PNMI, over utterances and over speakers.</summary>
    public IReadOnlyList<ConfidenceInterval> PnmiIntervals { get; init; } = [];

    /// <summary>ABX error within speakers.</summary>
    public Estimate? AbxWithin { get; init; }

    /// <summary>ABX error across speakers.</summary>
    public Estimate? AbxAcross { get; init; }

    /// <summary>The split that the layer of each model was chosen on, by PNMI; null where none was.</summary>
    public string? ChoiceSplit { get; init; }

    /// <summary>The layer that was best there.</summary>
    public bool IsChosen { get; init; }

    /// <summary>Its figures less those of acoustic features and of the layer without training.</summary>
    public IReadOnlyList<DifferenceSummary> Differences { get; init; } = [];
}

/// <summary>A figure less that of other features.</summary>
/// <param name="Figure">Which figure.</param>
/// <param name="Than">The other features.</param>
/// <param name="Paired">The difference with its intervals.</param>
public sealed record DifferenceSummary(Figure Figure, FeatureSource Than, PairedDifference Paired);

/// <summary>One input of the linear probe.</summary>
/// <param name="Source">What the probe looked at.</param>
/// <param name="HeldOut">What the test items differ in from the training items: <c>speaker</c>, <c>recording</c> or
/// <c>pronunciation</c>.</param>
/// <param name="Accuracy">Share of test items classified correctly.</param>
/// <param name="Low">Lower end of the 95% interval over recordings; not a number where there are too few.</param>
/// <param name="High">Upper end.</param>
/// <param name="Items">Test items.</param>
/// <param name="Classes">Classes.</param>
/// <param name="Majority">Accuracy of always naming the commonest class.</param>
public sealed record ProbeSummary(
    FeatureSource Source, string HeldOut, double Accuracy, double Low, double High, int Items, int Classes, double Majority)
{
    /// <summary>The interval over speakers; null where there are too few.</summary>
    public ConfidenceInterval? OverSpeakers { get; init; }

    /// <summary>Its accuracy less those on MFCCs and on the layer without training.</summary>
    public IReadOnlyList<DifferenceSummary> Differences { get; init; } = [];
}
