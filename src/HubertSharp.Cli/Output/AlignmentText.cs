using HubertSharp.Evaluation.Words;
using HubertSharp.Runs;

namespace HubertSharp.Cli.Output;

/// <summary>One text of which each token of the hypothesis stands under that of the reference; what is missing is starred.</summary>
internal static class AlignmentText
{
    public static void Write(TextWriter output, AlignedText text)
    {
        var counts = text.Counts;
        output.WriteLine($"{PrintableText.Of(text.Name)}, {PrintableText.Of(text.Hypothesis)}: {counts.Hits} right, "
            + $"{counts.Substitutions} substituted, {counts.Deletions} deleted, {counts.Insertions} inserted");
        var (reference, hypothesis, marks) = (new List<string>(), new List<string>(), new List<string>());
        foreach (var (said, written) in text.Tokens)
        {
            var (upper, lower) = (PrintableText.Line(said ?? ""), PrintableText.Line(written ?? ""));
            var width = Math.Max(PlainTable.Width(upper), PlainTable.Width(lower));
            reference.Add(Cell(said is null ? new string('*', width) : upper, width));
            hypothesis.Add(Cell(written is null ? new string('*', width) : lower, width));
            marks.Add((said is null ? "I" : written is null ? "D" : said == written ? " " : "S").PadRight(width));
        }
        output.WriteLine($"  ref: {string.Join(' ', reference)}");
        output.WriteLine($"  hyp: {string.Join(' ', hypothesis)}");
        output.WriteLine($"       {string.Join(' ', marks).TrimEnd()}");
    }

    private static string Cell(string token, int width) => token + new string(' ', width - PlainTable.Width(token));
}
