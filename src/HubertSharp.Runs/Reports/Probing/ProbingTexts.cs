using System.Globalization;
using HubertSharp.Runs.Languages;

namespace HubertSharp.Runs.Reports.Probing;

/// <summary>The table and the sentences of a probe, for the terminal and the page.</summary>
/// <param name="report">The figures.</param>
public sealed class ProbingTexts(ProbingReport report)
{
    private readonly PairedTexts _paired = new(ReportLanguage.English);

    public string Figure => report.IsErrorRate ? "PER" : "accuracy";

    public IReadOnlyList<string> Header =>
        ["features", "dimensions", $"{Figure}, test", "95% over utterances", "95% over speakers", $"{Figure}, valid", "of",
            "best step", "lr"];

    public string Title => $"{report.Task}: {report.Classes} classes, {report.TrainUtterances} utterances to learn from, "
        + $"{report.ValidUtterances} to choose on, {report.TestUtterances} to score"
        + (report.LeftOut > 0 ? $" ({report.LeftOut} without labels left out)" : "");

    /// <summary>What the figures are to be held against; null where there is nothing.</summary>
    public string? Baseline => report.Majority is { } majority
        ? $"Always naming the most frequent class of training: {Percent(majority)}; chance: {Percent(1.0 / report.Classes)}."
        : null;

    /// <summary>What layer weights say and do not say.</summary>
    public string WeightsNote => report.Normalized
        ? "Every hidden state was normalised before the sum, so that the weights can be compared."
        : "The weights alone do not tell which layer counts: hidden states grow with depth. With --normalize they can be compared.";

    public IReadOnlyList<string> Cells(ProbingRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return
        [
            row.Features, $"{row.Dimensions}", Percent(row.Test.Value), Interval(row, ResampledUnit.Utterances),
            Interval(row, ResampledUnit.Speakers), row.Valid is { } valid ? Percent(valid) : "-", $"{row.Of}", $"{row.Step}",
            row.LearningRate.ToString("0.######", CultureInfo.InvariantCulture),
        ];
    }

    /// <summary>Each set of features against others, in words: only what every interval shows is called a difference.</summary>
    public IEnumerable<string> Sentences() => report.Rows.SelectMany(row => row.Differences.Select(d =>
        $"{row.Features} less {d.Than}: {Figure} {_paired.Figures(d.Paired, Points)}: "
        + $"{_paired.Verdict(d.Paired, isBetter: d.Paired.Difference > 0 != report.IsErrorRate)}."));

    public static string LayerName(LayerShare weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        return weight.Layer == 0 ? "input" : $"layer {weight.Layer}";
    }

    private static string Interval(ProbingRow row, ResampledUnit unit) =>
        row.Test.Intervals.FirstOrDefault(i => i.Over == unit) is { } interval
            ? $"{Percent(interval.Low)} to {Percent(interval.High)}"
            : "-";

    private static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + "%";

    private static string Points(double share) => (100 * share).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture) + "%";
}
