using HubertSharp.Runs;

namespace HubertSharp.Corpora.Debian;

/// <summary>
/// Utterances of gcin-voice's recorded syllables. A quarter of each speaker's recordings is for test, a quarter for validation, each
/// of them used once; the utterances for training are joined from the other half, over and over. No recording stands in two parts.
/// </summary>
internal static class JoinedMandarin
{
    public const string Package = "gcin-voice", Language = "zh";
    private const double HeldOutShare = 0.25;
    private const int Trained = 400;
    private static readonly string[] Speakers = ["3", "5"];

    /// <summary>How many recordings and utterances are counted while they are made, about.</summary>
    public static int Count(string unpacked) =>
        Directory.GetFiles(Path.Combine(unpacked, "usr", "share", "gcin-voice"), "*.ogg", SearchOption.AllDirectories).Length + Trained;

    /// <summary>Joins and writes the utterances of all parts.</summary>
    public static (string Split, CorpusUtterance Utterance)[] Write(
        string unpacked, string audio, long seed, Action<int> count, CancellationToken cancellation, int trained = Trained)
    {
        Directory.CreateDirectory(Path.Combine(audio, Language));
        var plan = Speakers.SelectMany((name, s) =>
            Plan(GcinSyllables.Read(unpacked, name, count, cancellation), trained / Speakers.Length, seed + s)
                .Select((item, i) => (item.Split, Speaker: name, Order: i, item.Clips))).ToArray();
        // the speakers by turns, so that any stretch of a manifest has both
        plan = [.. CorpusParts.Splits.SelectMany(split => plan.Where(item => item.Split == split).OrderBy(item => item.Order))];
        var utterances = new (string, CorpusUtterance)[plan.Length];
        var options = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(0, plan.Length, options, i =>
        {
            var (split, speaker, _, clips) = plan[i];
            var (pcm, segments) = SyllableJoiner.Join(clips, SeededRandom.ForItem(seed, i));
            var path = $"{Language}/spk{speaker}_{i:0000}.flac";
            CorpusAudio.Write(Path.Combine(audio, path), pcm);
            utterances[i] = (split,
                new CorpusUtterance(path, pcm.Length, Language, speaker, [.. segments.Select(s => s.Label)], segments));
            count(1);
        });
        return utterances;
    }

    private static IEnumerable<(string Split, SyllableClip[] Clips)> Plan(SyllableClip[] clips, int trained, long seed)
    {
        var splits = CorpusParts.Assign([.. clips.Select(c => (long)c.Samples.Length)], HeldOutShare, long.MaxValue, seed);
        var random = SeededRandom.ForItem(seed, trained);
        foreach (var split in CorpusParts.Splits)
        {
            var own = clips.Where((_, i) => splits[i] == split).ToArray();
            foreach (var chosen in split == CorpusParts.Train
                ? Enumerable.Range(0, trained).Select(_ => SyllableJoiner.Choose(own, random)).ToArray()
                : SyllableJoiner.Deal(own, random))
                yield return (split, chosen);
        }
    }
}
