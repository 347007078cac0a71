using System.Globalization;
using HubertSharp.Evaluation.Words;
using HubertSharp.Runs;
using HubertSharp.Runs.Languages;
using HubertSharp.Runs.Reports;

namespace HubertSharp.Cli.Output;

/// <summary>Prints error rates as tables, or as JSON.</summary>
internal static class ScoreTable
{
    private static readonly string[] s_header =
    [
        "hypotheses", "figure", "error rate", "95% over utterances", "95% over speakers", "tokens", "hits", "subst.", "del.", "ins.",
        "texts wrong",
    ];

    public static void Print(WordReport report, bool json)
    {
        if (json)
        {
            JsonOutput.Write(report);
            return;
        }
        foreach (var text in report.Alignments.Where(t => t.Counts.Errors > 0))
            AlignmentText.Write(Console.Out, text);
        var hasGroups = report.Scores.Any(s => s.Group is not null);
        PlainTable.Write(Console.Out, hasGroups ? ["texts of", .. s_header] : s_header,
            report.Scores.SelectMany(s => s.Figures.Select(f => hasGroups ? (string[])[s.Group ?? "all", .. Cells(s, f)] : Cells(s, f))));
        var all = report.Scores[0];
        Console.WriteLine($"{Counted.Of(all.Texts, "text")} of {report.Reference} ({Read(report.ReferenceFormat)}); "
            + $"{(report.Mode == ScoringMode.Mixed ? "normalised" : $"as {report.Mode.ToString().ToLowerInvariant()} does")}: "
            + $"{report.Rules}."
            + (all.EmptyReferences > 0
                ? $" {all.EmptyReferences} with an empty reference: what is written there counts as inserted."
                : ""));
        foreach (var system in report.Scores.Where(s => s is { Group: null, Missing: > 0 }))
            Console.WriteLine($"{system.Hypothesis} lacks {Counted.Of(system.Missing, "text")}, counted as empty.");
        foreach (var difference in report.Differences)
            Console.WriteLine(Sentence(report, difference));
    }

    private static string[] Cells(WordScores scores, WordFigure figure) =>
    [
        scores.Hypothesis, figure.Name, Percent(figure.Rate.Value),
        IntervalText.Cell(figure.Rate.Intervals, ResampledUnit.Utterances, Percent),
        IntervalText.Cell(figure.Rate.Intervals, ResampledUnit.Speakers, Percent), Text(figure.Counts.ReferenceTokens),
        Text(figure.Counts.Hits), Text(figure.Counts.Substitutions), Text(figure.Counts.Deletions), Text(figure.Counts.Insertions),
        $"{Text(figure.TextsWithErrors)} of {Text(scores.Texts)}",
    ];

    private static string Sentence(WordReport report, WordDifference difference)
    {
        var systems = report.Scores.Where(s => s.Group is null).Select(s => s.Hypothesis).ToArray();
        var title = $"{difference.Figure}{(difference.Group is { } group ? $" of {group}" : "")}, {systems[0]} less {systems[1]}, "
            + $"in points";
        var texts = new PairedTexts(ReportLanguage.English);
        var sentence = $"{title}: {texts.Figures(difference.Paired, value => IntervalText.Signed(100 * value, "0.00"))}: "
            + $"{texts.Verdict(difference.Paired, isBetter: difference.Paired.Difference < 0)}.";
        return difference.Improvements.Count == 0 ? sentence : $"{sentence} Probability of improvement: "
            + string.Join(", ",
                difference.Improvements.Select(i => $"{Percent(i.Probability)} over {i.Over.ToString().ToLowerInvariant()}"))
            + ".";
    }

    private static string Read(TranscriptLayout format) => format switch
    {
        TranscriptLayout.Kaldi => "name and text per line",
        TranscriptLayout.Trn => "sclite's .trn",
        TranscriptLayout.Tsv => "a table",
        TranscriptLayout.Json => "JSON lines",
        _ => "a text per line",
    };

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.00}%");

    private static string Text(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);
}
