using System.Text.Json.Serialization;
using HubertSharp.Runs.Doctor.Facts;
using HubertSharp.Runs.Doctor.Logs;

namespace HubertSharp.Runs.Doctor;

/// <summary>What the doctor says of a loss.</summary>
public enum LossVerdict
{
    /// <summary>As such a run should look.</summary>
    Normal,

    /// <summary>Too little evidence to say.</summary>
    TooEarly,

    /// <summary>Something deserves a look.</summary>
    Watch,

    /// <summary>Stop and mend it.</summary>
    Broken,
}

/// <summary>How heavy a finding is.</summary>
public enum FindingLevel
{
    Info,
    Watch,
    Broken,
}

/// <summary>How sure a finding's meaning is; its figures are always as logged.</summary>
public enum FindingConfidence
{
    /// <summary>One explanation among others.</summary>
    Possible,

    /// <summary>The usual explanation.</summary>
    Likely,

    /// <summary>The figures allow no other.</summary>
    Certain,
}

/// <summary>One thing that the doctor saw.</summary>
/// <param name="Level">Its weight in the verdict.</param>
/// <param name="Code">Stable name.</param>
/// <param name="Seen">The figures.</param>
/// <param name="Meaning">What they say, no surer than they are.</param>
/// <param name="Next">What to do; empty where nothing needs to be done.</param>
/// <param name="Confidence">How sure the meaning is.</param>
/// <param name="Reference">Where this is known from: a page, a paper, a public thread.</param>
public sealed record LossFinding(
    FindingLevel Level, string Code, string Seen, string Meaning, string Next, FindingConfidence Confidence, string Reference)
{
    /// <summary>Whether there is something to do.</summary>
    [JsonIgnore]
    public bool NeedsAction => Next.Length > 0;
}

/// <summary>The first logged window: why the first loss is larger than chance.</summary>
/// <param name="ToUpdate">The window's last update.</param>
/// <param name="TotalBits">Whole loss.</param>
/// <param name="PredictionBits">Cross entropy over masked frames; null where the log does not tell it apart.</param>
/// <param name="PenaltyBits">Features penalty.</param>
public sealed record FirstWindow(long ToUpdate, double? TotalBits, double? PredictionBits, double? PenaltyBits);

/// <summary>A language's share of the curve's end.</summary>
/// <param name="Name">As the manifest tags it.</param>
/// <param name="LossBits">Masked loss over the last tenth of the lines, ten at least.</param>
/// <param name="Accuracy">Masked accuracy.</param>
public sealed record LanguageLevel(string Name, double LossBits, double? Accuracy)
{
    /// <summary>Standard error of <see cref="LossBits"/>; null with fewer than 4 lines.</summary>
    public double? ErrorBits { get; init; }
}

/// <summary>A language's errors at the last validation of a fine-tuning.</summary>
/// <param name="Name">As the manifest tags it, or <c>code_switched</c>.</param>
/// <param name="LossBits">CTC's loss per symbol; null where the log does not split it.</param>
/// <param name="SymbolErrorsPercent">Errors per symbol.</param>
/// <param name="WordErrorsPercent">Errors per word; null where the log has none.</param>
public sealed record LanguageErrors(string Name, double? LossBits, double SymbolErrorsPercent, double? WordErrorsPercent);

/// <summary>A run's loss, explained. Losses in bits, unless <see cref="Unit"/> is <c>sum</c>.</summary>
public sealed record LossReport
{
    public required LossVerdict Verdict { get; init; }

    /// <summary>The verdict in one or two sentences.</summary>
    public required string Summary { get; init; }

    /// <summary>The heaviest first.</summary>
    public required IReadOnlyList<LossFinding> Findings { get; init; }

    /// <summary>Who wrote the log.</summary>
    public required LogFormat Format { get; init; }

    /// <summary>What the loss measures.</summary>
    public required TrainingObjective Objective { get; init; }

    /// <summary>The log's own unit, <c>bits</c>, <c>nats</c> or <c>sum</c>; every loss here is in bits (a sum stays one).</summary>
    public required string Unit { get; init; }

    /// <summary>
    /// How the unit is known: <c>user</c>, <c>perplexity</c> (2^loss or e^loss is logged beside it), <c>format</c>, <c>first loss</c>
    /// (inferred) or <c>assumed</c>.
    /// </summary>
    public required string UnitFrom { get; init; }

    /// <summary>K, the clusters of the first label set.</summary>
    public required int? Clusters { get; init; }

    /// <summary>C: in fairseq K + 4, because the dictionary's special symbols are classes too; in torchaudio and ESPnet K.</summary>
    public required int? Classes { get; init; }

    /// <summary>Where <see cref="Clusters"/> is from; <c>first loss</c> when it was only inferred.</summary>
    public required string? ClassesFrom { get; init; }

    /// <summary>log2(C): the loss of guessing.</summary>
    public required double? ChanceBits { get; init; }

    /// <summary>The loss of knowing the labels' frequencies only.</summary>
    public required double? LabelEntropyBits { get; init; }

    /// <summary>Updates so far.</summary>
    public required long Updates { get; init; }

    public required long? MaxUpdate { get; init; }

    public required FirstWindow First { get; init; }

    /// <summary>Masked loss over the last 5% of the updates.</summary>
    public required double? FinalLossBits { get; init; }

    /// <summary>All losses but that of the first window are mel errors of a tokenizer.</summary>
    public bool IsMelError { get; init; }

    /// <summary>Masked loss of the last logged window alone.</summary>
    public required double? LastWindowLossBits { get; init; }

    /// <summary>Masked loss of the last validation.</summary>
    public required double? ValidLossBits { get; init; }

    /// <summary>1 − final loss / log2(C): the share of the label's information that is predicted.</summary>
    public required double? BitsExplained { get; init; }

    /// <summary>2^final loss: among how many equally likely labels the model still wavers.</summary>
    public required double? Perplexity { get; init; }

    /// <summary>Slope of the masked loss over the last quarter of the updates.</summary>
    public required double? TrendBitsPer1000Updates { get; init; }

    /// <summary><c>falling</c>, <c>flat</c>, <c>rising</c>, or <c>unclear</c> where the noise hides it.</summary>
    public required string Trend { get; init; }

    /// <summary>Standard deviation of one window around the trend.</summary>
    public required double? NoiseBits { get; init; }

    public required double? MaskedAccuracy { get; init; }

    public required double? UnmaskedAccuracy { get; init; }

    /// <summary>Last word error rate in percent (unit error rate where there are no words), for fine-tuning.</summary>
    public required double? ErrorRatePercent { get; init; }

    /// <summary><c>words</c> or <c>symbols</c>: what <see cref="ErrorRatePercent"/> counts.</summary>
    public required string? ErrorRateOf { get; init; }

    /// <summary><c>warmup</c>, <c>peak</c>, <c>decay</c>, <c>finished</c> or <c>unknown</c>.</summary>
    public required string LearningRatePhase { get; init; }

    /// <summary>Median gradient norm over the last tenth.</summary>
    public required double? GradientNorm { get; init; }

    /// <summary>The end of the curve by language; empty where the log does not split it.</summary>
    public required IReadOnlyList<LanguageLevel> Languages { get; init; }

    /// <summary>The last validation of a fine-tuning by language; empty where the log does not split it.</summary>
    public IReadOnlyList<LanguageErrors> ErrorsByLanguage { get; init; } = [];

    /// <summary>The run at equal progress beside the reference run most like it.</summary>
    public required ReferencePlace? Reference { get; init; }
}
