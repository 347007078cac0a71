using HubertSharp.Corpora.Debian;
using HubertSharp.Runs;

namespace HubertSharp.Tests.Corpora.Debian;

public class SyllableJoinerTests
{
    private static readonly SyllableClip[] Clips =
        [.. Enumerable.Range(1, 5).Select(i => new SyllableClip($"s{i}", [.. Enumerable.Repeat(i / 10f, 1000 * i)]))];

    [Fact]
    public void Each_syllable_lies_where_the_segments_say_and_faint_noise_between()
    {
        for (var item = 0; item < 20; item++)
        {
            var random = SeededRandom.ForItem(1, item);
            var (pcm, segments) = SyllableJoiner.Join(SyllableJoiner.Choose(Clips, random), random);
            Assert.InRange(segments.Length, SyllableJoiner.FewestSyllables, SyllableJoiner.MostSyllables);
            Assert.InRange(segments[0].StartSample, 800, 3200);
            Assert.InRange(pcm.Length - segments[^1].EndSample, 800, 3200);
            var isSpeech = new bool[pcm.Length];
            foreach (var (label, start, end) in segments)
            {
                var i = label[1] - '0';
                Assert.Equal(1000 * i, end - start);
                for (var at = start; at < end; at++)
                {
                    Assert.Equal((short)Math.Round(i / 10f * 32768f), pcm[at]);
                    isSpeech[at] = true;
                }
            }
            for (var i = 1; i < segments.Length; i++)
                Assert.InRange(segments[i].StartSample - segments[i - 1].EndSample, 320, 1920);
            var noise = pcm.Where((_, at) => !isSpeech[at]).Select(s => (double)s).ToArray();
            Assert.Equal(3, Math.Sqrt(noise.Average(s => s * s)), tolerance: 0.3); // steps of 16 bits
            Assert.All(noise, s => Assert.InRange(s, -18, 18));
        }
    }

    [Fact]
    public void A_seed_gives_one_result_and_another_seed_another()
    {
        short[] Pcm(long seed, int item) => SyllableJoiner.Join(Clips, SeededRandom.ForItem(seed, item)).Pcm;
        Assert.Equal(Pcm(1, 0), Pcm(1, 0));
        Assert.NotEqual(Pcm(1, 0), Pcm(2, 0));
        Assert.NotEqual(Pcm(1, 0), Pcm(1, 1));
    }

    [Fact]
    public void Dealt_syllables_are_used_once_each()
    {
        SyllableClip[] clips = [.. Enumerable.Range(0, 203).Select(i => new SyllableClip($"s{i}", [0]))];
        var dealt = SyllableJoiner.Deal(clips, new SeededRandom(1));
        Assert.Equal(clips.Select(c => c.Label).Order(StringComparer.Ordinal),
            dealt.SelectMany(d => d).Select(c => c.Label).Order(StringComparer.Ordinal));
        Assert.All(dealt, d => Assert.InRange(d.Length, SyllableJoiner.FewestSyllables,
            SyllableJoiner.MostSyllables + SyllableJoiner.FewestSyllables - 1));
        Assert.Single(SyllableJoiner.Deal(clips[..2], new SeededRandom(1)));
        Assert.Empty(SyllableJoiner.Deal([], new SeededRandom(1)));
    }
}
