using System.CommandLine;
using System.Globalization;
using HubertSharp.Cli.Output;
using HubertSharp.LanguageModels;
using HubertSharp.LanguageModels.Training;
using HubertSharp.Pipelines;

namespace HubertSharp.Cli.Verbs.Texts;

/// <summary><c>hubert lm train</c>.</summary>
internal static class LmTrainVerb
{
    public static Command Create()
    {
        var texts = LmVerb.Texts();
        var output = new Option<string>("--out")
        {
            Description = "The model to write: ARPA, packed where it ends in .gz; .bin is the form that is mapped into memory.",
            Required = true,
        };
        var order = new Option<int>("--order") { Description = "Words of the longest n-grams.", DefaultValueFactory = _ => 3 };
        var unit = LmVerb.Unit();
        var wordList = LmVerb.WordList();
        var prune = new Option<long[]>("--prune")
        {
            Description = "Leave out n-grams that occur so often or less, by order; the last number counts for all longer ones: 0 0 1.",
            AllowMultipleArgumentsPerToken = true,
        };
        var fallback = new Option<double[]>("--discount-fallback")
        {
            Description =
                "Discounts to take where the counts are too few to estimate them (small texts, letters); 0.5 1 1.5 without numbers.",
            AllowMultipleArgumentsPerToken = true,
            Arity = ArgumentArity.ZeroOrMore,
        };
        var plain = new Option<bool>("--no-interpolate-unigrams")
        {
            Description = "Leave all that unigrams are discounted to the unknown word, instead of spreading it over all words.",
        };
        var binary = new Option<bool>("--binary") { Description = "Write the form that is mapped into memory, whatever the name is." };
        var memory = new Option<double>("--memory")
        {
            Description = "GiB that sorting may hold; more than that goes through files beside the model. The words come on top.",
            DefaultValueFactory = _ => 1,
        };
        var json = new Option<bool>("--json") { Description = "Print JSON instead of the table." };
        var command = new Command("train", "Train an n-gram model with modified Kneser-Ney smoothing, as KenLM's lmplz estimates it.")
        {
            texts, output, order, unit, wordList, prune, fallback, plain, binary, memory, json,
        };
        command.WithExample("hubert lm train train.txt more.txt.gz --order 3 --prune 0 0 1 --out lm.arpa")
            .WithExample("hubert lm train zh.txt --unit char --order 5 --discount-fallback --out zh.bin");
        command.SetAction((parsed, cancellation) => FirstThread.Run(() =>
        {
            var given = parsed.GetResult(fallback) is { Implicit: false } ? parsed.GetValue(fallback) ?? [] : null;
            var options = new LmTrainingOptions
            {
                Texts = parsed.GetValue(texts)!,
                OutputPath = parsed.GetValue(output)!,
                Binary = parsed.GetValue(binary) || ModelFile.IsBinaryName(parsed.GetValue(output)!),
                Order = parsed.GetValue(order),
                Unit = LmVerb.UnitOf(parsed.GetValue(unit)),
                WordListPath = parsed.GetValue(wordList),
                Prune = parsed.GetValue(prune) ?? [],
                DiscountFallback = given is [] ? Discounts.Fallback : given,
                InterpolateUnigrams = !parsed.GetValue(plain),
                MemoryBytes = (long)Math.Clamp(parsed.GetValue(memory) * (1L << 30), 0, 1L << 60),
            };
            Print(ConsecutiveStages.Run(title => ConsoleProgress.Start(title), stages => NgramTrainer.Run(options, stages, cancellation)),
                parsed.GetValue(json));
            return CommandHost.Done;
        }));
        return command;
    }

    private static void Print(LmTrainingReport report, bool json)
    {
        if (json)
        {
            JsonOutput.Write(report);
            return;
        }
        PlainTable.Write(Console.Out, ["order", "n-grams", "in the model", "D1", "D2", "D3+"],
            report.Orders.Select(o => (string[])[$"{o.Order}", Text(o.Ngrams), Text(o.Kept), Text(o.D1), Text(o.D2), Text(o.D3Plus)]));
        foreach (var order in report.Orders.Where(o => o.IsFallback))
            Console.WriteLine($"The discounts of {order.Order}-grams are those of --discount-fallback: the counts allow no estimate.");
        Console.WriteLine(
            $"{report.Model}: {Text(report.Tokens)} words in {Text(report.Sentences)} sentences, {Text(report.Types)} different.");
    }

    private static string Text(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Text(double discount) => discount.ToString("0.0000", CultureInfo.InvariantCulture);
}
