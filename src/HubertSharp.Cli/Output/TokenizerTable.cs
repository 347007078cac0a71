using HubertSharp.Runs.Languages;
using HubertSharp.Runs.Reports.Tokenizers;

namespace HubertSharp.Cli.Output;

/// <summary>Prints a tokenizer's figures as tables or as JSON.</summary>
internal static class TokenizerTable
{
    public static void Print(TokenizerReport report, string? folder, bool json)
    {
        if (json)
        {
            JsonOutput.Write(report);
            return;
        }
        var texts = new TokenizerTexts(report, ReportLanguage.English);
        Console.WriteLine(texts.Subtitle);
        Console.WriteLine();
        // a figure's row is read along growing numbers of quantisers, and stays within a terminal's width with its intervals
        var columns = report.Reconstructions.Select(row => texts.Cells(row, withIntervals: true)).ToList();
        var header = texts.ReconstructionHeader;
        PlainTable.Write(Console.Out, [.. columns.Select(column => column[0]).Prepend(header[0])],
            Enumerable.Range(1, header.Count - 1).Select(i => (IReadOnlyList<string>)[header[i], .. columns.Select(column => column[i])]));
        Console.WriteLine();
        PlainTable.Write(Console.Out, texts.CodebookHeader, report.Codebooks.Select(book => texts.Cells(book, withIntervals: true)));
        if (report.FirstQuantizer.Count > 0)
        {
            Console.WriteLine();
            Console.WriteLine($"{texts.Content}:");
            PlainTable.Write(Console.Out, texts.ContentHeader,
                report.FirstQuantizer.Select(content => texts.Cells(content, withIntervals: true)));
        }
        if (report.Speakers.Count > 0)
        {
            Console.WriteLine();
            Console.WriteLine($"{texts.Speakers}:");
            PlainTable.Write(Console.Out, texts.SpeakerHeader, report.Speakers.Select(content => texts.Cells(content, withIntervals: true)));
        }
        Console.WriteLine();
        Console.WriteLine(texts.Speed);
        if (folder is not null)
            Console.WriteLine($"page: {Path.Combine(folder, TokenizerReport.PageName)}");
    }
}
