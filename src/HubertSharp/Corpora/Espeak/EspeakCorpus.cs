using HubertSharp.Audio;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;

namespace HubertSharp.Corpora.Espeak;

/// <summary>
/// Synthetic Mandarin and English with exact phone alignments: sentences of our own, spoken by espeak-ng in twelve voices. It
/// sounds like a machine, but nobody has to guess where a phone begins.
/// </summary>
internal static class EspeakCorpus
{
    public const string Name = "espeak-zh-en";
    private const double ValidShare = 0.05;
    private const double FewestMinutes = 0.5;
    private const float NoiseLevel = 3f / 32768f;
    private const double FlacBytesPerSample = 1;
    private const string Version = "2"; // of what is made: raise it with every change of the result

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
        var wanted = (long)(options.Minutes * 60 * AudioFile.SampleRate / 2); // per language
        var all = new List<(bool IsValid, CorpusUtterance Utterance)>();
        using (var synthesizer = EspeakSynthesizer.Open())
        {
            foreach (var (part, language) in new[] { "en", "zh" }.Index())
            {
                Directory.CreateDirectory(Path.Combine(audio, language));
                var made = Speak(synthesizer, audio, language, wanted, options.Seed,
                    samples => progress?.Report(new StageProgress(((part * wanted) + samples) / AudioFile.SampleRate,
                        2 * wanted / AudioFile.SampleRate, "audio-s")), cancellation);
                var valid = CorpusSplit.Choose(made.Count, ValidShare, options.Seed + part);
                all.AddRange(made.Select((u, i) => (valid[i], u)));
            }
        }
        foreach (var split in new[] { "train", "valid" })
        {
            var utterances = all.Where(u => u.IsValid == (split == "valid")).Select(u => u.Utterance).ToArray();
            CorpusFiles.WriteSplit(folder, split, utterances);
            CorpusFiles.WriteAlignment(Path.Combine(folder, $"{split}.phn.tsv"), "phones(IPA", utterances);
        }
        AtomicFile.WriteAllText(Path.Combine(folder, "LICENSES.md"), Licences);
    }

    private static List<CorpusUtterance> Speak(
        EspeakSynthesizer synthesizer, string audio, string language, long wantedSamples, long seed, Action<long> made,
        CancellationToken cancellation)
    {
        var speakers = EspeakSpeaker.All.Where(s => s.Language == language).ToArray();
        var grammar = SentenceGrammar.For(language);
        var random = SeededRandom.ForItem(seed, language[0]);
        var utterances = new List<CorpusUtterance>();
        for (var samples = 0L; samples < wantedSamples;)
        {
            cancellation.ThrowIfCancellationRequested();
            var speaker = speakers[utterances.Count % speakers.Length];
            var sentence = grammar.Next(random);
            var (pcm, phones) = synthesizer.Speak(speaker, sentence);
            var path = $"{language}/{speaker.Name}_{utterances.Count:0000}.flac";
            var speech = To16k(pcm, synthesizer.SampleRate, random);
            CorpusAudio.Write(Path.Combine(audio, path), speech);
            utterances.Add(new CorpusUtterance(path, speech.Length, language, speaker.Name, Words(language, sentence),
                To16k(phones, synthesizer.SampleRate, speech.Length)));
            samples += speech.Length;
            made(Math.Min(samples, wantedSamples));
        }
        return utterances;
    }

    // Faint noise over all of it: pauses of exact zeros would be a cluster of their own.
    private static short[] To16k(short[] pcm, int rate, SeededRandom random)
    {
        var samples = Resampler.To16k(Array.ConvertAll(pcm, s => s / 32768f), rate);
        for (var i = 0; i < samples.Length; i++)
            samples[i] += random.NextGaussian() * NoiseLevel;
        return Pcm16Writer.Round(samples);
    }

    private static CorpusSegment[] To16k(CorpusSegment[] phones, int rate, int length)
    {
        long At(long sample) => Math.Min(length, ((sample * AudioFile.SampleRate * 2) + rate) / (2 * rate));
        return [.. phones.Select(p => new CorpusSegment(p.Label, At(p.StartSample), At(p.EndSample)))
            .Where(p => p.EndSample > p.StartSample)];
    }

    /// <summary>English words in capitals; Mandarin syllables in pinyin with the tone's digit.</summary>
    internal static IReadOnlyList<string> Words(string language, string sentence)
    {
        if (language == "en")
            return SpokenEnglish.Words(sentence);
        var words = new List<string>();
        var from = 0;
        for (var i = 0; i < sentence.Length; i++)
        {
            if (char.IsAsciiLetter(sentence[i]))
                continue;
            if (char.IsAsciiDigit(sentence[i]))
                words.Add(sentence[from..(i + 1)]);
            from = i + 1;
        }
        return words;
    }
}
