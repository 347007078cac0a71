using System.CommandLine;
using System.Globalization;
using HubertSharp.Cli.Output;
using HubertSharp.LanguageModels;
using HubertSharp.LanguageModels.Scoring;
using HubertSharp.LanguageModels.Training;
using HubertSharp.Runs;

namespace HubertSharp.Cli.Verbs.Texts;

/// <summary><c>hubert lm score</c>.</summary>
internal static class LmScoreVerb
{
    public static Command Create()
    {
        var path = new Argument<string>("LM") { Description = "The model: ARPA, plain or packed by gzip, or the form that is mapped." };
        var texts = LmVerb.Texts();
        var unit = LmVerb.Unit();
        var wordList = LmVerb.WordList();
        var words = new Option<bool>("--words")
        {
            Description = "Show each word: log10, length of the n-gram that was found, whether known.",
        };
        var summary = new Option<bool>("--summary") { Description = "Show the totals alone." };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command("score", "log10 of each sentence's probability, its unknown words, and the perplexity of the text.")
        {
            path, texts, unit, wordList, words, summary, json,
        };
        command.WithExample("hubert lm score lm.arpa test.txt --words");
        command.SetAction((parsed, cancellation) => FirstThread.Run(() =>
        {
            using var model = NgramModel.Open(parsed.GetValue(path)!, cancellation);
            var units = NgramUnits.Of(LmVerb.UnitOf(parsed.GetValue(unit)), parsed.GetValue(wordList), cancellation);
            var (isJson, isSummary) = (parsed.GetValue(json), parsed.GetValue(summary));
            var sentences = new List<SentenceScore>();
            TextScore total;
            using (var progress = isSummary || isJson ? ConsoleProgress.Start("score") : null)
            {
                total = NgramScoring.Run(model, parsed.GetValue(texts)!, units, parsed.GetValue(words), sentence =>
                {
                    if (isJson && !isSummary)
                        sentences.Add(sentence);
                    else if (!isJson && !isSummary)
                        Print(sentence);
                }, progress, cancellation);
            }
            if (isJson)
                JsonOutput.Write(new { Model = parsed.GetValue(path), model.Order, Total = total, Sentences = sentences });
            else
                Print(total);
            return CommandHost.Done;
        }));
        return command;
    }

    private static void Print(SentenceScore sentence)
    {
        Console.WriteLine($"{Text(sentence.Log10)}\t{sentence.Unknown}\t{PrintableText.Line(sentence.Text)}");
        foreach (var word in sentence.ByWord ?? [])
            Console.WriteLine(
                $"  {Text(word.Log10)}\t{word.Matched}\t{PrintableText.Line(word.Word)}{(word.IsUnknown ? " (unknown)" : "")}");
    }

    private static void Print(TextScore total)
    {
        Console.WriteLine($"{Counted.Of(total.Sentences, "sentence")}, {Counted.Of(total.Words, "word")}, {total.Unknown} unknown; log10 "
            + $"{Text(total.Log10)}.");
        Console.WriteLine($"Perplexity {Text(total.Perplexity)} with unknown words, {Text(total.PerplexityOfKnown)} without.");
        if (total.Unknown == total.Words)
            Console.Error.WriteLine("hubert: the model knows no word of the text; check its language, its case, and --unit");
    }

    private static string Text(double number) => number.ToString("0.####", CultureInfo.InvariantCulture);
}
