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
        PlainTable.Write(Console.Out, texts.ReconstructionHeader, texts.ReconstructionRows());
        Console.WriteLine();
        PlainTable.Write(Console.Out, texts.CodebookHeader, report.Codebooks.Select(book => texts.Cells(book)));
        if (report.FirstQuantizer.Count > 0)
        {
            Console.WriteLine();
            Console.WriteLine($"{texts.Content}:");
            PlainTable.Write(Console.Out, texts.ContentHeader, texts.ContentRows());
        }
        if (report.Speakers.Count > 0)
        {
            Console.WriteLine();
            Console.WriteLine($"{texts.Speakers}:");
            PlainTable.Write(Console.Out, texts.SpeakerHeader, report.Speakers.Select(content => texts.Cells(content)));
        }
        Console.WriteLine();
        Console.WriteLine(texts.Speed);
        if (folder is not null)
            Console.WriteLine($"page: {Path.Combine(folder, TokenizerReport.PageName)}");
    }
}
