using System.Globalization;
using HubertSharp.Runs.Reports.Probing;

namespace HubertSharp.Cli.Output;

/// <summary>Prints a probe in SUPERB's manner as a table with the layer weights drawn, or as JSON.</summary>
internal static class ProbingTable
{
    private const int BarColumns = 40;

    public static void Print(ProbingReport report, string folder, bool json)
    {
        if (json)
        {
            JsonOutput.Write(report);
            return;
        }
        var texts = new ProbingTexts(report);
        Console.WriteLine(texts.Title);
        PlainTable.Write(Console.Out, texts.Header, report.Rows.Select(texts.Cells));
        if (texts.Baseline is { } baseline)
            Console.WriteLine(baseline);
        foreach (var sentence in texts.Sentences())
            Console.WriteLine(sentence);
        foreach (var row in report.Rows.Where(row => row.LayerWeights.Count > 0))
        {
            Console.WriteLine($"layer weights of {row.Features}:");
            var largest = row.LayerWeights.Max(w => w.Share);
            foreach (var weight in row.LayerWeights)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"  {ProbingTexts.LayerName(weight),-9} {100 * weight.Share,5:0.0}% {Bar(weight.Share / largest)}").TrimEnd());
        }
        if (report.Rows.Any(row => row.LayerWeights.Count > 0))
            Console.WriteLine(texts.WeightsNote);
        Console.WriteLine($"page: {Path.Combine(folder, ProbingReport.PageName)}");
    }

    private static string Bar(double share) => new('█', (int)Math.Round(BarColumns * share));
}
