using System.Globalization;
using System.Text.Json;
using HubertSharp.Runs.Languages;
using HubertSharp.Runs.Reports;
using HubertSharp.Runs.Reports.Ranking;

namespace HubertSharp.Cli.Output;

/// <summary>Prints the curve of worth as tables and sentences, or as JSON.</summary>
internal static class WorthTable
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    private static readonly string[] Header =
        ["update", "language", "features", "audio h", "minutes", "masked loss (bits)", "PNMI", "95% over utterances", "ABX within",
            "ABX across", "probe"];

    public static void Print(RunWorth worth, ReportLanguage language, bool json)
    {
        if (json)
        {
            JsonOutput.Write(worth, Json);
            return;
        }
        var texts = new RankingTexts(language);
        if (worth.Rows.Count > 0)
            PlainTable.Write(Console.Out, Header, worth.Rows.Select(Cells));
        if (worth.Finetunings.Count > 0)
        {
            Console.WriteLine();
            Console.WriteLine(texts.FinetuningTitle);
            PlainTable.Write(Console.Out, [.. texts.FinetuningHeader],
                worth.Finetunings.SelectMany(texts.Cells).Select(cells => cells.ToArray()));
        }
        Console.WriteLine();
        foreach (var tongue in worth.Rows.Select(row => row.Language).Distinct())
        {
            var curve = worth.Curve(tongue);
            if (worth.Rival(curve) is { } rival)
                Console.WriteLine(Crossing(curve, rival, tongue, language));
        }
        foreach (var sentence in texts.Sentences(worth.Agreements))
            Console.WriteLine(sentence);
    }

    private static string Crossing(IReadOnlyList<WorthRow> curve, WorthRow rival, string? tongue, ReportLanguage language)
    {
        string Pick(string english, string chinese) => language == ReportLanguage.English ? english : chinese;
        var first = curve.FirstOrDefault(row => row.Update > 0
            && row.Differences.Any(d => d.Figure == Figure.Pnmi
                && d.Than == rival.Features
                && d.Paired is { IsDifference: true, Difference: > 0 }));
        var of = tongue is null ? "" : Pick($" ({tongue})", $"（{tongue}）");
        var heard = first?.AudioHours is { } hours ? Pick($": {hours:0.0} h of audio heard", $"（已听音频 {hours:0.0} 小时）") : "";
        return first is null
            ? Pick($"No checkpoint is above {rival.Features} in PNMI{of} (95%).", $"没有检查点的 PNMI{of}高于 {rival.Features}（95%）。")
            : Pick($"Above {rival.Features} in PNMI{of} (95%) from update {first.Update} on{heard}.",
                $"自更新 {first.Update} 起{heard}，PNMI{of}高于 {rival.Features}（95%）。");
    }

    private static string[] Cells(WorthRow row) =>
    [
        row.Update is { } update ? $"{update}" : "-", row.Language ?? "all",
        row.Features + (row.IsChosen ? " *" : ""), Number(row.AudioHours, "0.00"), Number(row.Minutes, "0.0"), Number(row.LossBits, "0.00"),
        Number(row.Pnmi?.Value, "0.000"),
        IntervalText.Cell(row.Pnmi?.Intervals ?? [], ResampledUnit.Utterances, value => $"{value:0.000}"),
        Number(100 * row.AbxWithin?.Value, "0.00", "%"), Number(100 * row.AbxAcross?.Value, "0.00", "%"),
        Number(100 * row.Probe?.Value, "0.0", "%"),
    ];

    private static string Number(double? value, string format, string unit = "") =>
        value is { } number ? number.ToString(format, CultureInfo.InvariantCulture) + unit : "-";
}
