using System.Text.Json;
using HubertSharp.Evaluation.Quality;

namespace HubertSharp.Cli.Output;

/// <summary>Prints quality rows as a table or as JSON.</summary>
internal static class QualityTable
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    public static void Print(IReadOnlyList<QualityRow> rows, bool json)
    {
        if (json)
            JsonOutput.Write(rows, Json);
        else
            PlainTable.Write(Console.Out, Header, rows.Select(Cells));
        if (!json && rows.FirstOrDefault(r => r.Quality.Pnmi is null) is { } one)
            Console.WriteLine(
                $"PNMI is undefined: over these frames the reference has one class alone, '{one.Quality.References[0]}', and tells "
                    + "nothing; score utterances with several.");
    }

    private static readonly string[] Header =
        ["labels", "language", "rate", "frames", "references", "clusters", "ref purity", "cluster purity", "PNMI", "H(ref)", "H(clusters)",
            "entropy bits", "run"];

    private static string[] Cells(QualityRow row) =>
    [
        row.Labels, row.Language
            ?? "all", $"{row.LabelRate:0.##}", $"{row.Quality.FramesTotal}", $"{row.Quality.References.Count}", $"{row.Usage.Used}",
        $"{row.Quality.ReferencePurity:0.000}", $"{row.Quality.ClusterPurity:0.000}", row.Quality.Pnmi is { } pnmi
            ? $"{pnmi:0.000}"
            : "undefined",
        $"{Math.Max(0, row.Quality.ReferenceEntropyNats):0.000}", $"{Math.Max(0, row.Quality.HypothesisEntropyNats):0.000}",
        $"{row.Usage.EntropyBits:0.00}",
        $"{row.Usage.SegmentFrames:0.00}",
    ];
}
