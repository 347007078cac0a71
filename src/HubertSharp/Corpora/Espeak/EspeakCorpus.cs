using System.Collections.Concurrent;
using HubertSharp.Audio;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;

namespace HubertSharp.Corpora.Espeak;

/// <summary>
/// Synthetic Mandarin and English with exact phone alignments: sentences of our own, spoken by espeak-ng in twenty voices of each. It
/// sounds like a machine, but nobody has to guess where a phone begins. Two voices of each language are for validation, two for test.
/// </summary>
internal static class EspeakCorpus
{
    public const string Name = "espeak-zh-en";
    private const double HeldOutShare = 0.1; // of a language, for validation and for test each
    private const double MostHeldOutMinutes = 5;
    private const double FewestMinutes = 0.5;
    private const int PitchSpread = 4;
    private const int RateSpread = 12; // words per minute: nobody says every sentence at one speed
    private const double FlacBytesPerSample = 1;
    private const string Version = "3"; // of what is made: raise it with every change of the result

    private static readonly string[] Languages = ["en", "zh"];

    private const string Licences = """
        # Origin of the audio in this folder

        Made by `hubert corpus get espeak-zh-en`: sentences written for HubertSharp (MIT licence), spoken by the espeak-ng program
        (https://github.com/espeak-ng/espeak-ng, GNU General Public License 3 or later; the licence is the program's and does not
        extend to what it speaks). `*.phn.tsv` has the phones in IPA with their samples, as espeak-ng reported them while it spoke.

        """;

    /// <summary>Makes the corpus, or finds it made already; see <see cref="Corpus.Get"/>.</summary>
    public static bool Get(string folder, CorpusOptions options, IProgress<StageProgress>? progress, CancellationToken cancellation)
    {
        if (!(options.Minutes >= FewestMinutes))
            throw CorpusFaults.TooFewMinutes(options.Minutes);
        var settings = new Dictionary<string, string>
        {
            ["corpus"] = Name,
            ["version"] = Version,
            ["seed"] = $"{options.Seed}",
            ["minutes"] = $"{options.Minutes}",
        };
        var corpus = new CorpusFolder(folder);
        if (corpus.IsCurrent(settings))
            return false;
        CheckRoom(folder, options.Minutes);
        corpus.Replace(settings, partial => Build(partial, options, progress, cancellation));
        return true;
    }

    private static void CheckRoom(string folder, double minutes)
    {
        var place = new DirectoryInfo(folder);
        while (!place.Exists && place.Parent is { } parent)
            place = parent;
        var (bytes, free) = (minutes * 60 * AudioFile.SampleRate * FlacBytesPerSample, new DriveInfo(place.FullName).AvailableFreeSpace);
        if (bytes > free)
            throw CorpusFaults.NoRoom(folder, minutes, bytes, free);
    }

    private static void Build(string folder, CorpusOptions options, IProgress<StageProgress>? progress, CancellationToken cancellation)
    {
        var audio = Directory.CreateDirectory(Path.Combine(folder, CorpusFolder.Audio)).FullName;
        var all = new ConcurrentBag<(int Number, string Split, CorpusUtterance Utterance)>();
        var done = new StageCounter(progress, (long)(options.Minutes * 60), "audio-s");
        var (made, told) = (0L, 0L);
        using (var synthesizer = EspeakSynthesizer.Open())
        {
            foreach (var language in Languages)
                Directory.CreateDirectory(Path.Combine(audio, language));
            // espeak-ng speaks one sentence after the other, what it speaks depends on what it spoke before; the slow rest is shared out
            var sentences = Languages.SelectMany(language => Sentences(synthesizer, language, options));
            var parallel = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
            Parallel.ForEach(Partitioner.Create(sentences, EnumerablePartitionerOptions.NoBuffering), parallel, spoken =>
            {
                var utterance = spoken.Write(audio, synthesizer.SampleRate, options.Seed);
                all.Add((spoken.Number, spoken.Speaker.Split, utterance));
                lock (all)
                {
                    made += utterance.LengthSamples;
                    var seconds = Math.Min(made / AudioFile.SampleRate, (long)(options.Minutes * 60));
                    done.Add(seconds - told);
                    told = seconds;
                }
            });
        }
        var ordered = all.OrderBy(u => u.Utterance.Language, StringComparer.Ordinal).ThenBy(u => u.Number).ToArray();
        foreach (var split in CorpusParts.Splits)
        {
            var utterances = ordered.Where(u => u.Split == split).Select(u => u.Utterance).ToArray();
            CorpusFiles.WriteSplit(folder, split, utterances);
            CorpusFiles.WriteAlignment(Path.Combine(folder, $"{split}.phn.tsv"), "phones(IPA", utterances);
        }
        CorpusFiles.WriteSpeakers(folder, ordered.Select(u => (u.Split, u.Utterance)));
        AtomicFile.WriteAllText(Path.Combine(folder, "LICENSES.md"), Licences);
    }

    // The speakers of each part by turns, until all of them have said as much as the part wants.
    private static IEnumerable<SpokenSentence> Sentences(EspeakSynthesizer synthesizer, string language, CorpusOptions options)
    {
        var minutes = options.Minutes / Languages.Length;
        var heldOut = Math.Min(minutes * HeldOutShare, MostHeldOutMinutes);
        var grammar = SentenceGrammar.For(language);
        var random = SeededRandom.ForItem(options.Seed, language[0]);
        var number = 0;
        foreach (var split in CorpusParts.Splits)
        {
            var speakers = EspeakSpeaker.All.Where(s => s.Language == language && s.Split == split).ToArray();
            var wanted = (split == CorpusParts.Train ? minutes - (2 * heldOut) : heldOut) * 60 * AudioFile.SampleRate;
            var turn = 0;
            for (var samples = 0L; samples < wanted; number++)
            {
                var speaker = speakers[turn++ % speakers.Length];
                var sentence = grammar.Next(random);
                var (pcm, phones) = synthesizer.Speak(speaker with
                {
                    Pitch = speaker.Pitch + random.Between(-PitchSpread, PitchSpread),
                    WordsPerMinute = speaker.WordsPerMinute + random.Between(-RateSpread, RateSpread),
                }, sentence);
                samples += Resampler.LengthAt16k(pcm.Length, synthesizer.SampleRate);
                yield return new SpokenSentence(number, speaker, sentence, pcm, phones);
            }
        }
    }
}
