using HubertSharp.Runs;
using HubertSharp.Runs.Files;

namespace HubertSharp.Corpora.Debian;

/// <summary>
/// Real recordings from Debian packages, about 56 minutes: Asterisk's English prompts, and gcin-voice's Mandarin syllables joined
/// into utterances of 4 to 12 syllables of one speaker.
/// </summary>
internal static class DebianSpeechCorpus
{
    public const string Name = "debian-zh-en";
    private const int MandarinUtterances = 500;
    private const double ValidShare = 0.05;
    private const string Version = "1"; // of what is made: raise it with every change of the result
    private static readonly string[] Packages = ["gcin-voice", "asterisk-core-sounds-en-g722", "asterisk-core-sounds-en"];

    /// <summary>Makes the corpus, or finds it made already.</summary>
    /// <param name="folder">Where: gets audio/, train and valid manifests and transcripts, zh_labels.tsv, LICENSES.md.</param>
    /// <param name="seed">Decides which syllables are joined, the pauses, and the split.</param>
    /// <param name="progress">Counts decoded and written recordings.</param>
    /// <param name="cancellation">Leaves the folder as it was, or unfinished and marked as such.</param>
    /// <returns>False when the corpus was there already.</returns>
    public static bool Get(string folder, long seed, IProgress<StageProgress>? progress, CancellationToken cancellation)
    {
        var settings = new Dictionary<string, string> { ["corpus"] = Name, ["version"] = Version, ["seed"] = $"{seed}" };
        var corpus = new CorpusFolder(folder);
        if (corpus.IsCurrent(settings))
            return false;
        var unpacked = new DebianPackages(CacheFolder.For(Name), Packages).Fetch(cancellation);
        corpus.Replace(settings, partial => Build(unpacked, partial, seed, progress, cancellation));
        return true;
    }

    /// <summary>Makes the corpus from unpacked packages in an empty folder.</summary>
    internal static void Build(
        string unpacked, string folder, long seed, IProgress<StageProgress>? progress, CancellationToken cancellation,
        int mandarinUtterances = MandarinUtterances)
    {
        var audio = Directory.CreateDirectory(Path.Combine(folder, CorpusFolder.Audio)).FullName;
        var prompts = AsteriskPrompts.Find(unpacked);
        var syllables = Directory.GetFiles(Path.Combine(unpacked, "usr", "share", "gcin-voice"), "*.ogg",
            SearchOption.AllDirectories).Length;
        var total = prompts.Length + syllables + mandarinUtterances;
        var done = new StageCounter(progress, total, "recordings");
        void Count(int more) => done.Add(more);

        var english = AsteriskPrompts.Write(unpacked, audio, prompts, Count, cancellation);
        var mandarin = Join(unpacked, audio, mandarinUtterances, seed, Count, cancellation);
        CorpusFiles.WriteAlignment(Path.Combine(folder, "zh_labels.tsv"), "syllables(zhuyin", mandarin);
        var englishValid = CorpusSplit.Choose(english.Length, ValidShare, seed);
        var mandarinValid = CorpusSplit.Choose(mandarin.Length, ValidShare, seed + 1);
        foreach (var (split, isValid) in new[] { ("train", false), ("valid", true) })
        {
            CorpusFiles.WriteSplit(folder, split,
                [.. english.Where((_, i) => englishValid[i] == isValid), .. mandarin.Where((_, i) => mandarinValid[i] == isValid)]);
        }
        AtomicFile.WriteAllText(Path.Combine(folder, "LICENSES.md"), DebianSpeechLicences.Text);
    }

    private static CorpusUtterance[] Join(
        string unpacked, string audio, int utteranceCount, long seed, Action<int> count, CancellationToken cancellation)
    {
        var speakers = GcinSyllables.Speakers
            .Select(speaker => (Name: speaker, Clips: GcinSyllables.Read(unpacked, speaker, count, cancellation))).ToArray();
        Directory.CreateDirectory(Path.Combine(audio, "zh"));
        var utterances = new CorpusUtterance[utteranceCount];
        var options = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(0, utteranceCount, options, i =>
        {
            var speaker = speakers[i % speakers.Length];
            var (pcm, segments) = SyllableJoiner.Join(speaker.Clips, SeededRandom.ForItem(seed, i));
            var path = $"zh/spk{speaker.Name}_{i:0000}.flac";
            CorpusAudio.Write(Path.Combine(audio, path), pcm);
            utterances[i] = new CorpusUtterance(path, pcm.Length, "zh", speaker.Name, [.. segments.Select(s => s.Label)], segments);
            count(1);
        });
        return utterances;
    }
}
