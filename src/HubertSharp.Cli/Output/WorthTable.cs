using System.Text.Json;
using HubertSharp.Runs;
using HubertSharp.Runs.Reports;

namespace HubertSharp.Cli.Output;

/// <summary>Prints the curve of worth as a table or as JSON.</summary>
internal static class WorthTable
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    private static readonly string[] Header =
        ["update", "language", "features", "audio h", "minutes", "masked loss (bits)", "PNMI", "95% over utterances", "ABX within",
            "ABX across"];

    public static void Print(RunWorth worth, bool json)
    {
        if (json)
        {
            JsonOutput.Write(worth, Json);
            return;
        }
        PlainTable.Write(Console.Out, Header, worth.Rows.Select(Cells));
        foreach (var language in worth.Rows.Select(row => row.Language).Distinct())
        {
            var curve = worth.Curve(language);
            var name = language is null ? "" : $" ({language})";
            if (worth.Rival(curve) is { } rival)
                Console.WriteLine(Crossing(curve, rival, name));
            if (RunWorth.LossAgreement([.. curve.Where(row => row.Update > 0)]) is { } agreement)
                Console.WriteLine(
                    $"Loss and PNMI over {Counted.Of(curve.Count(row => row.Update > 0), "checkpoint")}{name}: rank correlation "
                        + $"{agreement:0.00}; {(agreement < -0.5 ? "a lower loss was worth more" : "the loss did not tell the worth")}.");
        }
    }

    private static string Crossing(IReadOnlyList<WorthRow> curve, WorthRow rival, string language)
    {
        var first = curve.FirstOrDefault(row => row.Update > 0
            && row.Differences.Any(d => d.Figure == Figure.Pnmi
                && d.Than == rival.Features
                && d.Paired is { IsDifference: true, Difference: > 0 }));
        return first is null
            ? $"No checkpoint is above {rival.Features} in PNMI{language} (95%)."
            : $"Above {rival.Features} in PNMI{language} (95%) from update {first.Update} on"
                + $"{(first.AudioHours is { } hours ? $": {hours:0.0} h of audio heard" : "")}.";
    }

    private static string[] Cells(WorthRow row) =>
    [
        row.Update is { } update ? $"{update}" : "-", row.Language ?? "all",
        row.Features + (row.IsChosen ? " *" : ""), Number(row.AudioHours, "0.00"), Number(row.Minutes, "0.0"), Number(row.LossBits, "0.00"),
        Number(row.Pnmi?.Value, "0.000"),
        IntervalText.Cell(row.Pnmi?.Intervals ?? [], ResampledUnit.Utterances, value => $"{value:0.000}"),
        Number(100 * row.AbxWithin?.Value, "0.00", "%"), Number(100 * row.AbxAcross?.Value, "0.00", "%"),
    ];

    private static string Number(double? value, string format, string unit = "") =>
        value is { } number ? number.ToString(format, System.Globalization.CultureInfo.InvariantCulture) + unit : "-";
}
