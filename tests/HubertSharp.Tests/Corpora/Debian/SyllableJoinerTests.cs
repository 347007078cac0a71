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
            var (pcm, segments) = SyllableJoiner.Join(Clips, SeededRandom.ForItem(1, item));
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
        var first = SyllableJoiner.Join(Clips, SeededRandom.ForItem(1, 0));
        Assert.Equal(first.Pcm, SyllableJoiner.Join(Clips, SeededRandom.ForItem(1, 0)).Pcm);
        Assert.NotEqual(first.Pcm, SyllableJoiner.Join(Clips, SeededRandom.ForItem(2, 0)).Pcm);
        Assert.NotEqual(first.Pcm, SyllableJoiner.Join(Clips, SeededRandom.ForItem(1, 1)).Pcm);
    }
}
