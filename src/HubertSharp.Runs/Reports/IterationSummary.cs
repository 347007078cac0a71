using System.Text.Json.Serialization;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Runs.Reports;

/// <summary>One pre-training of the pipeline.</summary>
public sealed record IterationSummary
{
    /// <summary>1, 2, ...</summary>
    public required int Number { get; init; }

    /// <summary>What was clustered.</summary>
    public required FeatureSource Source { get; init; }

    public required int Clusters { get; init; }

    /// <summary>Labels per second.</summary>
    public required double LabelRate { get; init; }

    /// <summary>log2 of the classes, specials included.</summary>
    public required double ChanceBits { get; init; }

    /// <summary>Entropy of the train label histogram.</summary>
    public required double LabelEntropyBits { get; init; }

    public required long Updates { get; init; }

    public required long Parameters { get; init; }

    /// <summary>Masked loss at the start, in bits.</summary>
    public required double FirstLossBits { get; init; }

    /// <summary>Masked loss over the last updates, in bits.</summary>
    public required double TrainLossBits { get; init; }

    /// <summary>Masked loss of the last validation; null when there was none.</summary>
    public double? ValidLossBits { get; init; }

    /// <summary>1 − masked loss / log2(classes): the share of the label's information that the model predicts.</summary>
    public required double BitsExplained { get; init; }

    /// <summary>Accuracy on masked frames over the last updates.</summary>
    public required double MaskedAccuracy { get; init; }

    public double? ValidMaskedAccuracy { get; init; }

    /// <summary>Seconds of audio trained on per second.</summary>
    public double? AudioSecondsPerSecond { get; init; }

    /// <summary>What of the manifest is heard and left out; null for a run that did not keep it.</summary>
    public DataSummary? Data { get; init; }

    /// <summary>What the doctor says, in English.</summary>
    public required VerdictSummary Verdict { get; init; }

    /// <summary>The same in Chinese; null where only English is known.</summary>
    public VerdictSummary? VerdictChinese { get; init; }

    public required IReadOnlyList<CurvePoint> Curve { get; init; }

    /// <summary>Frames per cluster of the train labels.</summary>
    public IReadOnlyList<long> Histogram { get; init; } = [];

    /// <summary>The resolved configuration: key, value.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Configuration { get; init; } = [];
}

/// <summary>What the doctor says of a loss.</summary>
/// <param name="Status"><c>normal</c>, <c>too_early</c>, <c>watch</c> or <c>broken</c>.</param>
/// <param name="Summary">In one sentence.</param>
/// <param name="Findings">Details: what was seen, what it means, what to do next.</param>
public sealed record VerdictSummary(string Status, string Summary, IReadOnlyList<FindingSummary> Findings);

/// <summary>One finding of the doctor.</summary>
public sealed record FindingSummary(string Code, string Seen, string Meaning, string Next)
{
    /// <summary>Whether there is something to do.</summary>
    [JsonIgnore]
    public bool NeedsAction => Next.Length > 0;
}

/// <summary>One line of the log.</summary>
/// <param name="Update">Number of updates so far.</param>
/// <param name="LossBits">Masked loss.</param>
/// <param name="MaskedAccuracy">Accuracy on masked frames.</param>
/// <param name="UnmaskedAccuracy">Accuracy on the other frames; null when it was not measured.</param>
/// <param name="GradientNorm">Before clipping; null on validation points.</param>
/// <param name="LearningRate">Null on validation points.</param>
/// <param name="IsValid">A validation, not a mean over train updates.</param>
public sealed record CurvePoint(
    long Update, double LossBits, double? MaskedAccuracy, double? UnmaskedAccuracy, double? GradientNorm, double? LearningRate,
    bool IsValid);
