using System.Text.Json;
using HubertSharp.Evaluation.Quality;
using HubertSharp.Evaluation.Resampling;
using HubertSharp.Runs;
using HubertSharp.Runs.Reports;

namespace HubertSharp.Cli.Output;

/// <summary>Prints quality rows as a table or as JSON.</summary>
internal static class QualityTable
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    private static readonly string[] Header =
        ["labels", "language", "rate", "frames", "references", "clusters", "ref purity", "cluster purity", "PNMI", "95% over utterances",
            "95% over speakers"];

    private static readonly string[] UsageHeader = ["H(ref) bits", "H(clusters) bits", "H(all labels) bits", "run"];

    private static readonly string[] AbxHeader = ["ABX within", "ABX across"];

    public static void Print(IReadOnlyList<QualityRow> rows, bool json)
    {
        if (json)
        {
            JsonOutput.Write(rows, Json);
            return;
        }
        var hasAbx = rows.Any(r => r.AbxWithin is not null || r.AbxAcross is not null);
        PlainTable.Write(Console.Out, [.. Header, .. hasAbx ? AbxHeader : [], .. UsageHeader], rows.Select(row => Cells(row, hasAbx)));
        if (rows.FirstOrDefault(r => r.ManifestUtterancesWithoutReference > 0) is { } partly)
            Console.WriteLine(WithoutReference(partly.ManifestUtterances, partly.ManifestUtterancesWithoutReference));
        if (rows.FirstOrDefault(r => r.Quality.Pnmi is null) is { } one)
            Console.WriteLine(
                $"PNMI is undefined: over these frames the reference has one class alone, '{one.Quality.References[0]}', and tells "
                    + "nothing; score utterances with several.");
        foreach (var other in rows.Where(r => r.Features is null && r.LabelRate != rows[0].LabelRate).DistinctBy(r => r.Labels))
            Console.WriteLine($"{other.Labels} is not compared with {rows[0].Labels}: labels at {other.LabelRate:0.##} and "
                + $"{rows[0].LabelRate:0.##} per second are of other frames.");
        foreach (var row in rows.Where(r => r.IsChosen))
            Console.WriteLine($"{row.Labels} is the layer that is best where layers are chosen (PNMI {row.ChoicePnmi:0.000} there"
                + $"{(row.Language is null ? "" : $", {row.Language}")}).");
        // without a choice every row is told, with one only the chosen layers
        foreach (var row in rows.Where(r => r.IsChosen || !rows.Any(other => other.IsChosen)))
        {
            foreach (var difference in row.Differences.Where(d => d.Figure is not (Figure.PhonePurity or Figure.ClusterPurity)))
                Console.WriteLine(Sentence(row, difference));
        }
    }

    /// <summary>How much of the manifest the figures are of.</summary>
    internal static string WithoutReference(int utterances, int without) =>
        $"{utterances - without} of {Counted.Of(utterances, "utterance")} of the manifest "
        + $"{(utterances - without == 1 ? "is" : "are")} scored: "
        + $"the reference does not have the other{(without == 1 ? "" : $" {without}")}. Names are compared by path without extension, else "
        + "by file name.";

    private static string Sentence(QualityRow row, FigureDifference difference)
    {
        var language = row.Language is null ? "" : $", {row.Language}";
        return difference.Figure == Figure.Pnmi
            ? IntervalText.Of($"PNMI{language}, {row.Labels} less {difference.Than}", difference.Paired,
                value => IntervalText.Signed(value, "0.000"))
            : IntervalText.Of($"ABX error {(difference.Figure == Figure.AbxWithin ? "within" : "across")} in points{language}, "
                + $"{row.Labels} less {difference.Than}", difference.Paired, value => IntervalText.Signed(100 * value, "0.00"));
    }

    private static string[] Cells(QualityRow row, bool hasAbx) =>
    [
        row.Labels + (row.IsChosen ? " *" : ""), row.Language ?? "all", $"{row.LabelRate:0.##}", $"{row.Quality.FramesTotal}",
        $"{row.Quality.References.Count}", $"{row.Usage.Used}", $"{row.Quality.ReferencePurity:0.000}",
        $"{row.Quality.ClusterPurity:0.000}", row.Quality.Pnmi is { } pnmi ? $"{pnmi:0.000}" : "undefined",
        IntervalText.Cell(row.Estimates.Pnmi?.Intervals ?? [], ResampledUnit.Utterances, value => $"{value:0.000}"),
        IntervalText.Cell(row.Estimates.Pnmi?.Intervals ?? [], ResampledUnit.Speakers, value => $"{value:0.000}"),
        .. hasAbx ? [Error(row.AbxWithin), Error(row.AbxAcross)] : Array.Empty<string>(),
        Bits(row.Quality.ReferenceEntropyNats), Bits(row.Quality.HypothesisEntropyNats),
        $"{row.Usage.EntropyBits:0.00}", $"{row.Usage.SegmentFrames:0.00}",
    ];

    private static string Bits(double nats) => $"{Math.Max(0, nats / Math.Log(2)):0.00}";

    private static string Error(Estimate? error) => error is null ? "-" : $"{100 * error.Value:0.00}%";
}
