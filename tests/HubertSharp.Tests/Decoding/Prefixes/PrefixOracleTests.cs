using HubertSharp.Decoding;
using HubertSharp.Runs.Alphabets;

namespace HubertSharp.Tests.Decoding.Prefixes;

/// <summary>Random frames, every path walked.</summary>
public class PrefixOracleTests
{
    [Theory]
    [InlineData(1, "<pad>", "|", "A", "B")]
    [InlineData(2, "<pad>", "A", "B", "C")]
    [InlineData(3, "<pad>", "|", "你", "A")]
    [InlineData(4, "你", "<pad>", "好")]
    public void A_text_has_the_sum_of_its_paths_and_the_times_of_its_best(int seed, params string[] tokens)
    {
        const int frames = 6;
        var alphabet = new CtcAlphabet(tokens, Array.IndexOf(tokens, "<pad>"));
        var random = new Random(seed);
        var logits = Enumerable.Range(0, frames * tokens.Length).Select(_ => (float)(random.NextDouble() * 4)).ToArray();
        var logs = logits.Chunk(tokens.Length).Select(row => row.Select(x => x - GreedyRuns.LogSum(row)).ToArray()).ToArray();
        var (sums, best) = (new Dictionary<string, double>(), new Dictionary<string, (double Log, int[] Path)>());
        for (var number = 0; number < Math.Pow(tokens.Length, frames); number++)
        {
            var (path, rest) = (new int[frames], number);
            for (var t = 0; t < frames; t++, rest /= tokens.Length)
                path[t] = rest % tokens.Length;
            var log = Enumerable.Range(0, frames).Sum(t => logs[t][path[t]]);
            var text = alphabet.Text(path.Where((token, t) => token != alphabet.Blank && (t == 0 || path[t - 1] != token)));
            sums[text] = sums.GetValueOrDefault(text) + Math.Exp(log);
            if (!best.TryGetValue(text, out var held) || log > held.Log)
                best[text] = (log, path);
        }
        var decoder = new CtcDecoder(alphabet, DecodeFixtures.Whole with { NBest = 100_000 });
        var search = decoder.NewSearch();
        search.Begin();
        search.Advance(logits);
        var found = decoder.Read(search, 1);
        Assert.Equal(sums.Count, found.Count);
        foreach (var reading in found)
        {
            Assert.Equal(Math.Log(sums[reading.Text]), reading.AcousticScore, 1e-5);
            // a letter is said from its run's first frame to its last
            var path = best[reading.Text].Path;
            var first = Array.FindIndex(path, token => !alphabet.IsSilent(token) && token != alphabet.Delimiter);
            var last = Array.FindLastIndex(path, token => !alphabet.IsSilent(token) && token != alphabet.Delimiter);
            Assert.Equal(first >= 0, reading.Words.Count > 0);
            if (first >= 0)
                Assert.Equal(((double)first, last + 1.0), (reading.Words[0].Start, reading.Words[^1].End));
        }
    }
}
