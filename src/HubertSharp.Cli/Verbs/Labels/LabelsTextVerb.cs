using System.CommandLine;
using HubertSharp.Runs;
using HubertSharp.Runs.Transcripts;

namespace HubertSharp.Cli.Verbs.Labels;

/// <summary><c>hubert labels text</c>: what fine-tuning reads, made of transcripts.</summary>
internal static class LabelsTextVerb
{
    public static Command Create()
    {
        var manifests = new Option<string[]>("--manifest")
        {
            Description = "Manifest (.tsv); several: the first one's texts make the dictionary.",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        var transcripts = new Option<string[]>("--transcripts")
        {
            Description = "Texts, one file per manifest: one text per line in its order, lines that begin with the utterance (.trans.txt), "
                + "or a table with columns path and sentence. Default: the .wrd beside each manifest.",
            AllowMultipleArgumentsPerToken = true,
        };
        var units = new Option<TextUnits>("--units")
        {
            Description = "Symbols: letters (with | after each word), characters (Mandarin), mixed (both, for code-switching), "
                + "tokens (syllables, phones: what spaces separate).",
            DefaultValueFactory = _ => TextUnits.Letters,
        };
        var letterCase = new Option<TextCase?>("--case") { Description = "Letters: upper (default), lower or keep (default for tokens)." };
        var punctuation = new Option<TextPolicy?>("--punctuation")
        {
            Description = "remove (default), keep (default for tokens) or refuse; an apostrophe inside a word stays.",
        };
        var digits = new Option<TextPolicy?>("--digits")
        {
            Description = "refuse (default, because nobody knows how they are spoken), keep (default for tokens) or remove.",
        };
        var plain = new Option<bool>("--no-nfkc") { Description = "Leave full-width and other compatibility forms as they are." };
        var keepEmpty = new Option<bool>("--keep-empty") { Description = "An utterance without a text is silence, not a fault." };
        var output = new Option<string>("--out") { Description = "Folder of the labels.", Required = true };
        var label = new Option<string>("--label")
        {
            Description = "Ending of the labels: ltr writes train.ltr, dict.ltr.txt and text.ltr.json.",
            DefaultValueFactory = _ => "ltr",
        };
        var dictionary = new Option<string?>("--dict") { Description = "Keep to this dictionary; other symbols are refused." };
        var rules = new Option<string?>("--rules")
        {
            Description = "Take the rules of this text.LABEL.json in place of the options above.",
        };
        var command = new Command("text", "Make labels for fine-tuning of transcripts, with their dictionary.")
        {
            manifests, transcripts, units, letterCase, punctuation, digits, plain, keepEmpty, output, label, dictionary, rules,
        };
        command.WithExample("hubert labels text --manifest data/train.tsv data/valid.tsv --out labels");
        command.WithExample("hubert labels text --manifest zh/train.tsv zh/valid.tsv --transcripts zh/text --units characters --out zh");
        command.SetAction(parsed =>
        {
            var given = parsed.GetValue(rules) is { } path ? TextRules.Read(path) : TextRules.Of(parsed.GetValue(units));
            Write(new TranscriptLabelOptions
            {
                Splits = Splits(parsed.GetValue(manifests)!, parsed.GetValue(transcripts) ?? []),
                Rules = given with
                {
                    Case = parsed.GetValue(letterCase) ?? given.Case,
                    Punctuation = parsed.GetValue(punctuation) ?? given.Punctuation,
                    Digits = parsed.GetValue(digits) ?? given.Digits,
                    Nfkc = given.Nfkc && !parsed.GetValue(plain),
                },
                Out = parsed.GetValue(output)!,
                Label = Name(parsed.GetValue(label)!),
                Dictionary = parsed.GetValue(dictionary),
                KeepEmpty = parsed.GetValue(keepEmpty),
            });
        });
        return command;
    }

    private static void Write(TranscriptLabelOptions options)
    {
        var report = TranscriptLabels.Write(options);
        foreach (var (name, utterances, symbols) in report.Splits)
            Console.WriteLine($"{name}: {Counted.Of(utterances, "utterance")}, {Counted.Of(symbols, "symbol")}");
        Console.WriteLine($"dictionary: {Counted.Of(report.Symbols, "symbol")} ({Path.Combine(options.Out, $"dict.{options.Label}.txt")})");
        if (report.Unseen.Count > 0)
            Console.WriteLine(PrintableText.Message($"warning: {Counted.Of(report.Unseen.Count, "symbol")} outside of the first split are "
                + $"not in the dictionary, and errors whatever a model says: {string.Join(' ', report.Unseen.Take(20))}"));
        Console.WriteLine($"next: hubert finetune task.label_dir={options.Out} task.labels=[{options.Label}] ...");
    }

    private static List<TranscriptSplit> Splits(string[] manifests, string[] transcripts)
    {
        if (transcripts.Length == 1 && manifests.Length > 1)
            transcripts = [.. Enumerable.Repeat(transcripts[0], manifests.Length)]; // one file that names its utterances
        if (transcripts.Length > 0 && transcripts.Length != manifests.Length)
            throw UserException.Create("--transcripts", expected: $"one file per manifest, {manifests.Length}, or one for all",
                found: $"{transcripts.Length}");
        return [.. manifests.Select((manifest, i) => new TranscriptSplit(
            manifest, transcripts.Length > 0 ? transcripts[i] : Beside(manifest)))];
    }

    private static string Beside(string manifest)
    {
        var beside = Path.ChangeExtension(manifest, ".wrd");
        return File.Exists(beside) ? beside : throw UserException.Create("which texts?", manifest, $"--transcripts FILE, or {beside}",
            "neither", "give --transcripts");
    }

    private static string Name(string label) => label.Length is > 0 and <= 64 && label == Path.GetFileName(label) && label[0] != '.'
        ? label
        : throw UserException.Create("--label", expected: "an ending such as ltr", found: $"'{PrintableText.Of(label)}'");
}
