using System.Text.Json;
using System.Text.Json.Nodes;
using HubertSharp.Runs.Doctor;

namespace HubertSharp.Cli.Verbs;

/// <summary>A loss report for people and for programs.</summary>
internal static class DoctorTable
{
    public static void Write(TextWriter output, string log, LossReport report)
    {
        output.WriteLine($"{log}: {report.Verdict switch { LossVerdict.TooEarly => "TOO EARLY", var v => v.ToString().ToUpperInvariant() }}");
        output.WriteLine(report.Summary);
        output.WriteLine();
        PlainTable.Write(output, ["", report.ChanceBits is null && report.Perplexity is null ? "" : "bits"], Rows(report).Where(r => r.Value is not null).Select(r => new[] { r.Name, $"{r.Value:0.000}" }));
        output.WriteLine();
        foreach (var finding in report.Findings)
        {
            output.WriteLine($"{finding.Level.ToString().ToLowerInvariant(),-6} {finding.Code} ({finding.Confidence.ToString().ToLowerInvariant()}): {finding.Seen}");
            output.WriteLine($"       {finding.Meaning}");
            output.WriteLine($"       -> {finding.Next} [{finding.Reference}]");
        }
        output.WriteLine();
    }

    public static string Json(IReadOnlyList<(string Log, LossReport Report)> reports)
    {
        var objects = reports.Select(r =>
        {
            var json = JsonSerializer.SerializeToNode(r.Report, JsonOutput.Options)!.AsObject();
            json.Insert(0, "log", r.Log);
            return (JsonNode)json;
        }).ToArray();
        return (objects.Length == 1 ? objects[0] : new JsonArray(objects)).ToJsonString(JsonOutput.Options);
    }

    private static IEnumerable<(string Name, double? Value)> Rows(LossReport report) =>
    [
        (report.Clusters is { } k ? $"chance, log2({(report.Classes == k ? $"{k}" : $"{k} + {report.Classes - k}")})" : "chance", report.ChanceBits),
        ("label entropy", report.LabelEntropyBits),
        ($"first window (to update {report.First.ToUpdate}), whole loss", report.First.TotalBits),
        ("  of it prediction", report.First.PenaltyBits is null ? null : report.First.PredictionBits),
        ("  of it features penalty", report.First.PenaltyBits),
        ($"loss over the last 5 % of {report.Updates} updates", report.FinalLossBits),
        ("loss of the last window", report.LastWindowLossBits),
        ("loss of the last validation", report.ValidLossBits),
        ("share of the bits explained", report.BitsExplained),
        ($"trend ({report.Trend}), bits per 1,000 updates", report.TrendBitsPer1000Updates),
        ("noise of one window", report.NoiseBits),
        ("masked accuracy", report.MaskedAccuracy),
        ("unmasked accuracy", report.UnmaskedAccuracy),
        ("error rate, percent", report.ErrorRatePercent),
        ($"gradient norm (learning rate: {report.LearningRatePhase})", report.GradientNorm),
        .. report.Languages.Select(l => ($"masked loss, {l.Name}", (double?)l.LossBits)),
    ];
}
