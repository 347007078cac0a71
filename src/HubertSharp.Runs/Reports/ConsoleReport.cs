using HubertSharp.Runs.Languages;
using HubertSharp.Runs.Reports.Ranking;
using HubertSharp.Runs.Reports.Tokenizers;

namespace HubertSharp.Runs.Reports;

/// <summary>The report as plain text for the terminal, in the same words as the page.</summary>
public static class ConsoleReport
{
    /// <summary>Writes the report.</summary>
    /// <param name="report">The figures.</param>
    /// <param name="language">Language of the words.</param>
    /// <param name="output">Where to.</param>
    public static void Write(PipelineReport report, ReportLanguage language, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(output);
        var texts = new ReportTexts(language);
        output.WriteLine();
        output.WriteLine($"== {report.Name} ==");
        Table(output,
            ["", texts.Features, texts.Start, texts.Parts(texts.End, texts.Train), texts.Parts(texts.End, texts.Valid), texts.Chance,
                texts.LabelEntropy, texts.BitsExplained, texts.MaskedAccuracy],
            report.Iterations.Select(i => (string[])
            [
                texts.Iteration(i.Number), texts.Name(i.Source), $"{i.FirstLossBits:0.00}", $"{i.TrainLossBits:0.00}",
                i.ValidLossBits is { } valid ? $"{valid:0.00}" : texts.None,
                $"{i.ChanceBits:0.00}", $"{i.LabelEntropyBits:0.00}", ReportTexts.Percent(i.BitsExplained),
                ReportTexts.Percent(i.MaskedAccuracy),
            ]));
        output.WriteLine(
            $"({texts.MaskedLossBits}; {texts.Titled(texts.Parts(texts.End, texts.Train), texts.LastShare)}; "
            + $"{texts.Titled(texts.Parts(texts.End, texts.Valid), texts.LastValidation)})");
        foreach (var i in report.Iterations.Where(i => i.Data is { LeftOut: > 0 }))
            output.WriteLine(texts.Titled(texts.Parts(texts.Iteration(i.Number), texts.LeftOut), texts.LeftOutShare(i.Data)!));
        Heading(texts.LossNormal);
        foreach (var i in report.Iterations)
        {
            var verdict = texts.Verdict(i);
            output.WriteLine($"{texts.Iteration(i.Number)}: {texts.Status(verdict.Status)}. {verdict.Summary}");
            foreach (var finding in verdict.Findings)
                output.WriteLine($"  - {texts.Finding(finding)}{(finding.NeedsAction ? $" → {finding.Next}" : "")}");
        }
        var labels = report.Quality.Where(q => q.IsLabelSet || q.Split is null).ToList();
        if (labels.Count > 0)
        {
            Heading(texts.LabelQuality);
            Table(output,
                [texts.Labels, texts.Language, texts.Reference, texts.Clusters, texts.Frames, texts.PhonePurity,
                    texts.ClusterPurity, "PNMI"],
                labels.Select(q => (string[])
                [
                    texts.Name(q.Source) + (q.IsLabelSet ? " *" : ""), texts.LanguageName(q.Language), texts.ReferenceName(q.Reference),
                    texts.ClustersOf(q), $"{q.Frames:#,0}",
                    $"{q.PhonePurity:0.000}", $"{q.ClusterPurity:0.000}", $"{q.Pnmi:0.000}",
                ]));
            output.WriteLine(texts.LabelSetNote);
        }
        if (report.Probe.Count > 0)
        {
            Heading(texts.Probe);
            Table(output,
                [texts.Features, texts.HeldOut, texts.Accuracy, texts.Interval, texts.Majority, texts.Classes, texts.TestItems],
                report.Probe.Select(p => (string[])
                [
                    texts.Name(p.Source), texts.HeldOutName(p.HeldOut), ReportTexts.Percent(p.Accuracy),
                    texts.IntervalOf(p), ReportTexts.Percent(p.Majority), $"{p.Classes}",
                    $"{p.Items:#,0}",
                ]));
        }
        var layers = new LayerTable(language);
        if (LayerTable.Rows(report).Any())
        {
            Heading(layers.Title);
            Table(output, [.. layers.Header(report)], layers.Cells(report).Select(row => row.Cells.ToArray()));
            output.WriteLine(layers.Note(report));
        }
        Finetunings(report, new RankingTexts(language), output);
        Tokenizers(report, language, output);
        var sentences = ReportFindings.Sentences(report, new DifferenceTexts(language)).ToList();
        if (sentences.Count > 0)
            Heading(texts.Worth);
        sentences.ForEach(s => output.WriteLine($"- {s}"));

        void Heading(string text)
        {
            output.WriteLine();
            output.WriteLine(text);
        }
    }

    /// <summary>Whether loss and worth agree, and the errors after fine-tuning.</summary>
    private static void Finetunings(PipelineReport report, RankingTexts texts, TextWriter output)
    {
        for (var i = 0; i < report.Worth.Count; i++)
        {
            var (worth, sentences) = (report.Worth[i], texts.Sentences(report.Worth[i].Agreements).ToList());
            if (sentences.Count == 0 && worth.Finetunings.Count == 0)
                continue;
            output.WriteLine();
            output.WriteLine(texts.TitleOf(i + 1));
            sentences.ForEach(output.WriteLine);
            if (worth.Finetunings.Count > 0)
                Table(output, [.. texts.FinetuningHeader], worth.Finetunings.SelectMany(texts.Cells).Select(cells => cells.ToArray()));
        }
        if (report.Finetuning is not { } tuning)
            return;
        output.WriteLine();
        output.WriteLine(texts.FinetuningTitle);
        Table(output, [.. texts.FinetuningHeader], texts.Cells(tuning).Select(cells => cells.ToArray()));
    }

    /// <summary>Tokenizers beside each other.</summary>
    private static void Tokenizers(PipelineReport report, ReportLanguage language, TextWriter output)
    {
        if (report.Tokenizers.Count == 0)
            return;
        var texts = new TokenizerComparison(report.Tokenizers, language);
        output.WriteLine();
        output.WriteLine(texts.Title);
        output.WriteLine(texts.Subtitle);
        foreach (var (title, header, rows) in new[]
        {
            (texts.Content, texts.ContentHeader, texts.ContentRows()), (texts.Speakers, texts.SpeakerHeader, texts.SpeakerRows()),
            (texts.Reconstructions, texts.ReconstructionHeader, texts.ReconstructionRows(onlyChief: true)),
        })
        {
            var all = rows.Select(row => row.ToArray()).ToList();
            if (all.Count == 0)
                continue;
            output.WriteLine();
            output.WriteLine(title);
            Table(output, [.. header], all);
        }
        foreach (var sentence in texts.Sentences().Concat(texts.Verdicts()))
            output.WriteLine($"- {sentence}");
    }

    private static void Table(TextWriter output, string[] header, IEnumerable<string[]> rows)
    {
        var lines = rows.Prepend(header).Select(cells => cells.Select(PrintableText.Line).ToArray()).ToArray();
        var widths = header.Select((_, column) => lines.Max(l => Width(l[column]))).ToArray();
        foreach (var line in lines)
            output.WriteLine(string.Join("  ",
                line.Select((cell, column) => column == 0 ? cell + Pad(cell, column) : Pad(cell, column) + cell)).TrimEnd());

        string Pad(string cell, int column) => new(' ', widths[column] - Width(cell));
    }

    /// <summary>Columns on the terminal: Chinese characters take two.</summary>
    private static int Width(string text) =>
        text.EnumerateRunes().Sum(r => r.Value is >= 0x1100 and (<= 0x115f or >= 0x2e80 and <= 0xffe6) ? 2 : 1);
}
