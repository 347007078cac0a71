using HubertSharp.Evaluation.Abx;
using HubertSharp.Runs;
using HubertSharp.Runs.Reports;

namespace HubertSharp.Cli.Output;

/// <summary>Prints ABX errors as a table or as JSON.</summary>
internal static class AbxTable
{
    private static readonly string[] Header =
        ["features", "mode", "error", "95% over utterances", "95% over speakers", "speakers", "phone pairs", "cells", "triples"];

    public static void Print(AbxReport report, bool json)
    {
        if (json)
        {
            JsonOutput.Write(report);
            return;
        }
        PlainTable.Write(Console.Out, Header, report.Features.SelectMany(f => f.Results.Select(r => Cells(f, r))));
        foreach (var features in report.Features)
            Console.WriteLine($"{features.Features}: {Counted.Of(features.Items, "item")} at {features.FeatureRate:0.##} frames per second"
                + (features.ShortItems > 0 ? $", {features.ShortItems} left out that hold no frame." : "."));
        Console.WriteLine(Sampled(report.Settings));
        foreach (var (mode, difference) in report.Differences)
            Console.WriteLine(IntervalText.Of(
                $"Error {mode}, {report.Features[0].Features} less {report.Features[1].Features}, in points", difference,
                value => IntervalText.Signed(100 * value, "0.00")));
    }

    private static string[] Cells(AbxFeatureReport features, AbxResult result) =>
    [
        features.Features, result.Mode, Percent(result.Error.Value),
        IntervalText.Cell(result.Error.Intervals, ResampledUnit.Utterances, Percent),
        IntervalText.Cell(result.Error.Intervals, ResampledUnit.Speakers, Percent), $"{result.Speakers}", $"{result.Pairs}",
        $"{result.Cells:#,0}",
        $"{result.Triples:#,0}",
    ];

    private static string Sampled(AbxOptions options)
    {
        var group = options.MaxSizeGroup == 0 ? "all items of a group" : $"at most {options.MaxSizeGroup} items of a group";
        var others = options.MaxXAcross == 0 ? "all other speakers" : $"X of at most {options.MaxXAcross} other speakers";
        var seeded = options is { MaxSizeGroup: 0, MaxXAcross: 0 } ? "" : $", seed {options.Seed}";
        return options.Across ? $"Taken: {group}, {others}{seeded}." : $"Taken: {group}{seeded}.";
    }

    private static string Percent(double share) => $"{100 * share:0.00}%";
}
