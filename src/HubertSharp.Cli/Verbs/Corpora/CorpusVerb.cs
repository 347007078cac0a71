using System.CommandLine;
using HubertSharp.Cli.Output;
using HubertSharp.Corpora;
using HubertSharp.Runs;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Cli.Verbs.Corpora;

/// <summary>
/// <c>hubert corpus get</c> makes a small corpus of Mandarin and English to try everything on, <c>split-long</c> cuts long recordings.
/// </summary>
internal static class CorpusVerb
{
    public static Command Create() =>
        new("corpus", "Make a small corpus of Mandarin and English speech, or cut long recordings into utterances.")
        {
            CreateGet(), SplitLongVerb.Create(),
        };

    private static Command CreateGet()
    {
        var name = new Argument<string>("NAME") { Description = $"{string.Join(" or ", Corpus.Names)}." };
        var output = new Option<string>("--out")
        {
            Description = "Folder for audio, manifests, transcripts and alignments.",
            Required = true,
        };
        var seed = new Option<long>("--seed")
        {
            Description = "The same seed gives the same files, bit by bit.",
            DefaultValueFactory = _ => new CorpusOptions().Seed,
        };
        var minutes = new Option<double>("--minutes")
        {
            Description = "Length of espeak-zh-en, both languages together; recordings have their own.",
            DefaultValueFactory = _ => new CorpusOptions().Minutes,
        };
        var languages = new Option<string?>("--languages")
        {
            Description = "Languages of debian-speech, separated by commas; without it all of them.",
        };
        var narrowBand = new Option<bool>("--narrow-band")
        {
            Description = "Take the telephone recordings at 8 kHz into debian-speech, too.",
        };
        var command = new Command("get",
            "Make a corpus: debian-zh-en has an hour of real recordings from Debian packages, debian-speech 7.5 hours in 13 languages, "
            + "espeak-zh-en is synthetic with exact phone alignments.")
        {
            name, output, seed, minutes, languages, narrowBand,
        };
        command.WithExample("hubert corpus get debian-zh-en --out data");
        command.WithExample("hubert corpus get espeak-zh-en --out synthetic --minutes 10");
        command.WithExample("hubert corpus get debian-speech --out speech --languages en,zh,cs");
        command.SetAction((parsed, cancellation) =>
        {
            var options = new CorpusOptions
            {
                Seed = parsed.GetValue(seed),
                Minutes = parsed.GetValue(minutes),
                Languages = parsed.GetValue(languages)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
                NarrowBand = parsed.GetValue(narrowBand),
            };
            Get(parsed.GetValue(name)!, parsed.GetValue(output)!, options, cancellation);
            return Task.FromResult(CommandHost.Done);
        });
        return command;
    }

    private static void Get(string name, string folder, CorpusOptions options, CancellationToken cancellation)
    {
        bool made;
        using (var progress = ConsoleProgress.Start(name))
            made = Corpus.Get(name, folder, options, progress, cancellation);
        Console.WriteLine($"{folder}: {(made ? "made" : "is there already, unchanged")}");
        foreach (var split in new[] { "train", "valid", "test" })
        {
            var entries = Manifest.Read(Path.Combine(folder, $"{split}.tsv"), cancellation: cancellation).Entries;
            foreach (var language in entries.GroupBy(e => e.Language))
                Console.WriteLine(
                    $"  {split}.tsv {language.Key}: {Counted.Of(language.Count(), "utterance")}, "
                        + $"{language.Sum(e => e.LengthSamples) / (double)SamplingRate.Hz:0.0} s");
        }
    }
}
