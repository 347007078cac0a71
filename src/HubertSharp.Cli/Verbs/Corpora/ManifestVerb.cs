using System.CommandLine;
using HubertSharp.Cli.Output;
using HubertSharp.Corpora;
using HubertSharp.Corpora.Formats;
using HubertSharp.Runs;

namespace HubertSharp.Cli.Verbs.Corpora;

/// <summary><c>hubert manifest</c>: fairseq manifests and transcripts of anybody's own folder of audio.</summary>
internal static class ManifestVerb
{
    private const int MostReasonsShown = 10;
    private const int MostEndingsShown = 8;

    public static Command Create()
    {
        var defaults = new ManifestOptions { Folder = "", Output = "" };
        var folder = new Argument<string>("DIR")
        {
            Description = "Folder of the corpus, searched with its subfolders; or its list or archive itself, where the layout has one.",
        };
        var output = new Option<string>("--out") { Description = "Folder for train.tsv, valid.tsv and transcripts.", Required = true };
        var format = new Option<string>("--format")
        {
            Description = $"Layout of the folder: {string.Join(", ", SpeechFormats.Names)}.",
            DefaultValueFactory = _ => defaults.Format,
        };
        var extensions = new Option<string>("--ext")
        {
            Description = "Endings of the audio files in a plain folder.",
            DefaultValueFactory = _ => string.Join(',', defaults.Extensions),
        };
        var validPercent = new Option<double>("--valid-percent")
        {
            Description = "Share of the files for valid.tsv, between 0 and 1, where the corpus has no parts of its own.",
            DefaultValueFactory = _ => defaults.ValidPercent,
        };
        var validSpeakers = new Option<string?>("--valid-speakers")
        {
            Description = "Speakers who are heard in valid.tsv alone: how many, or their names with commas (a single name ends in one).",
        };
        var speakerFrom = new Option<string?>("--speaker-from")
        {
            Description = "Regular expression whose first group is the speaker in a file's path, such as '^([^_/]+)_'. "
                + "Default with --valid-speakers: whom the format names, else the first folder. Alone it splits by speakers up to "
                + "--valid-percent of the files.",
        };
        var seed = new Option<long>("--seed")
        {
            Description = "Decides which files or speakers go to valid.tsv.",
            DefaultValueFactory = _ => defaults.Seed,
        };
        var language = new Option<string?>("--language")
        {
            Description = "Language of the files (zh, en, ...), written as the third column.",
        };
        var subset = new Option<string?>("--subset")
        {
            Description =
                "Only this subset of the training segments, where the layout's index names several, such as M (wenetspeech, gigaspeech).",
        };
        var minSeconds = new Option<double>("--min-seconds")
        {
            Description = "Leave out shorter files.",
            DefaultValueFactory = _ => defaults.MinSeconds,
        };
        var strict = new Option<bool>("--strict") { Description = "Fail when a file cannot be used, instead of leaving it out." };
        var quick = new Option<bool>("--quick")
        {
            Description = "Do not decode files whose header is proven: silent files and damage within WAV and FLAC files go unseen.",
        };
        var command = new Command("manifest",
            "Make fairseq manifests and transcripts of a folder of audio or of a corpus as it comes, with each length counted at 16 kHz by "
            + "decoding; segments of long recordings become files of their own; what cannot be used is left out and listed.")
        {
            folder, output, format, extensions, validPercent, validSpeakers, speakerFrom, seed, language, subset, minSeconds, strict, quick,
        };
        command.WithExample("hubert manifest /data/my-speech --out data --language zh --valid-percent 0.02");
        command.WithExample("hubert manifest /data/my-speech --out data --valid-speakers 2 --speaker-from '^([^_/]+)_'");
        command.WithExample("hubert manifest /data/LibriSpeech --out data --format librispeech");
        command.WithExample("hubert manifest /data/kaldi/data --out data --format kaldi");
        command.WithExample("hubert manifest /data/my-speech/transcripts.csv --out data --language zh");
        command.SetAction((parsed, cancellation) =>
        {
            if (parsed.GetValue(validSpeakers) is not null && parsed.GetResult(validPercent) is { Implicit: false })
                throw UserException.Create("two ways to split", "--valid-speakers, --valid-percent", "one of them", "both",
                    "leave one out; '--speaker-from REGEX --valid-percent SHARE' takes whole speakers up to that share");
            var options = new ManifestOptions
            {
                Folder = parsed.GetValue(folder)!,
                Output = parsed.GetValue(output)!,
                Format = parsed.GetValue(format)!,
                Extensions = parsed.GetValue(extensions)!.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                    .Select(e => e.TrimStart('.')).ToArray(),
                ValidPercent = parsed.GetValue(validPercent),
                ValidSpeakers = parsed.GetValue(validSpeakers),
                SpeakerFrom = parsed.GetValue(speakerFrom),
                Seed = parsed.GetValue(seed),
                Language = parsed.GetValue(language),
                Subset = parsed.GetValue(subset),
                MinSeconds = parsed.GetValue(minSeconds),
                Strict = parsed.GetValue(strict),
                Quick = parsed.GetValue(quick),
            };
            ManifestReport report;
            using (var progress = ConsoleProgress.Start("manifest", unit: "files"))
                report = ManifestBuilder.Build(options, progress, cancellation);
            Print(report, options.Output);
            return Task.FromResult(CommandHost.Done);
        });
        return command;
    }

    private static string Names(IReadOnlyList<string> speakers) =>
        string.Join(", ", speakers.Take(MostReasonsShown).Select(s => PrintableText.Of(s)))
        + (speakers.Count > MostReasonsShown ? ", ..." : "");

    // ".txt (12), .doc (1)"
    private static string Endings(IReadOnlyList<(string Ending, int Files)> endings) =>
        string.Join(", ", endings.Take(MostEndingsShown)
            .Select(e => $"{(e.Ending.Length == 0 ? "without ending" : PrintableText.Of(e.Ending))} ({e.Files})"))
        + (endings.Count > MostEndingsShown ? ", ..." : "");

    private static void Print(ManifestReport report, string output)
    {
        Console.WriteLine($"format: {report.Format}");
        foreach (var (name, utterances, seconds) in report.Splits)
            Console.WriteLine($"{Path.Combine(output, $"{name}.tsv")}: {Counted.Of(utterances, "utterance")}, {seconds / 3600:0.00} h");
        if (report.Speakers is var (valid, all))
            Console.WriteLine($"valid.tsv: {valid.Count} of {Counted.Of(all, "speaker")}: {Names(valid)}; nobody is in both");
        if (report.WithoutTranscript is > 0 and var without)
            Console.WriteLine($"{Counted.Of(without, "file")} without transcript: empty lines in the .wrd and .ltr files");
        foreach (var note in report.Notes)
            Console.WriteLine($"note: {note}");
        if (report.Narrow is { } narrow)
            Console.WriteLine($"warning: {narrow.Message}");
        if (report.PassedOver is { Count: > 0 } other)
            Console.WriteLine($"{Counted.Of(other.Sum(e => e.Files), "file")} passed over, not ending like audio: {Endings(other)}; "
                + "'--ext' names other endings");
        if (report.Skipped.Count == 0)
            return;
        Console.WriteLine($"{Counted.Of(report.Skipped.Count, "file")} left out (all in {Path.Combine(output, "skipped.tsv")}):");
        foreach (var (file, reason) in report.Skipped.Take(MostReasonsShown))
        {
            var name = CorpusFaults.NameOf(file);
            Console.WriteLine($"  {(reason.Contains(name.TrimEnd('/'), StringComparison.Ordinal) ? reason : $"{name}: {reason}")}");
        }
    }
}
