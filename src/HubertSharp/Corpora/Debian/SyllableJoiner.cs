using HubertSharp.Audio;
using HubertSharp.Runs;

namespace HubertSharp.Corpora.Debian;

/// <summary>
/// Joins recorded syllables of one speaker into utterances: a pause, then syllables with short pauses between them, then a pause.
/// The pauses hold faint noise, as a recording would; digital silence would be a cluster of its own.
/// </summary>
internal static class SyllableJoiner
{
    public const int FewestSyllables = 4;
    public const int MostSyllables = 12;
    private const int ShortestGap = 320; // 20 ms
    private const int LongestGap = 1920;
    private const int ShortestEdge = 800; // 50 ms
    private const int LongestEdge = 3200;
    private const float NoiseLevel = 3f / 32768f; // standard deviation: -81 dB, three steps of 16 bits

    /// <summary>Randomly chosen syllables for an utterance, the same one perhaps twice.</summary>
    public static SyllableClip[] Choose(IReadOnlyList<SyllableClip> clips, SeededRandom random) =>
        [.. Enumerable.Range(0, random.Between(FewestSyllables, MostSyllables)).Select(_ => random.Choose(clips))];

    /// <summary>Deals all syllables out to utterances, each once; the last utterance takes what would be too few for one more.</summary>
    public static IReadOnlyList<SyllableClip[]> Deal(IEnumerable<SyllableClip> clips, SeededRandom random)
    {
        var deck = clips.ToArray();
        random.Shuffle<SyllableClip>(deck);
        var dealt = new List<SyllableClip[]>();
        for (var at = 0; at < deck.Length; at += dealt[^1].Length)
        {
            var count = random.Between(FewestSyllables, MostSyllables);
            dealt.Add(deck.Length - at - count < FewestSyllables ? deck[at..] : deck[at..(at + count)]);
        }
        return dealt;
    }

    /// <summary>Joins syllables; the random numbers decide the pauses.</summary>
    /// <returns>The utterance on the 16-bit grid, and where each syllable lies in it.</returns>
    public static (short[] Pcm, CorpusSegment[] Segments) Join(IReadOnlyList<SyllableClip> chosen, SeededRandom random)
    {
        var count = chosen.Count;
        var segments = new CorpusSegment[count];
        var at = random.Between(ShortestEdge, LongestEdge);
        for (var i = 0; i < count; i++)
        {
            segments[i] = new CorpusSegment(chosen[i].Label, at, at + chosen[i].Samples.Length);
            at += chosen[i].Samples.Length
                + (i < count - 1 ? random.Between(ShortestGap, LongestGap) : random.Between(ShortestEdge, LongestEdge));
        }
        var samples = new float[at];
        for (var i = 0; i < samples.Length; i++)
            samples[i] = random.NextGaussian() * NoiseLevel;
        for (var i = 0; i < count; i++)
            chosen[i].Samples.CopyTo(samples, segments[i].StartSample);
        return (Pcm16Writer.Round(samples), segments);
    }
}
