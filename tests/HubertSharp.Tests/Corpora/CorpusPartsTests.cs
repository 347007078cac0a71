using HubertSharp.Corpora;

namespace HubertSharp.Tests.Corpora;

public class CorpusPartsTests
{
    [Fact]
    public void Both_parts_last_as_long_as_wanted_and_not_longer_than_their_last_recording()
    {
        long[] lengths = [.. Enumerable.Range(0, 300).Select(i => 10L + (i % 7))];
        var splits = CorpusParts.Assign(lengths, 0.1, long.MaxValue, seed: 5);
        foreach (var part in new[] { CorpusParts.Valid, CorpusParts.Test })
            Assert.InRange(Sum(part), lengths.Sum() / 10, (lengths.Sum() / 10) + 16);
        Assert.Equal(splits, CorpusParts.Assign(lengths, 0.1, long.MaxValue, seed: 5));
        Assert.NotEqual(splits, CorpusParts.Assign(lengths, 0.1, long.MaxValue, seed: 6));
        splits = CorpusParts.Assign(lengths, 0.1, 100, seed: 5);
        Assert.InRange(Sum(CorpusParts.Test), 100, 116);

        long Sum(string part) => lengths.Where((_, i) => splits[i] == part).Sum();
    }

    [Fact]
    public void Something_is_left_for_training()
    {
        Assert.Equal([CorpusParts.Train], CorpusParts.Assign([10], 0.5, 100, 1));
        Assert.Single(CorpusParts.Assign([10, 10, 10], 1, 1000, 1), CorpusParts.Train);
        Assert.Empty(CorpusParts.Assign([], 0.5, 100, 1));
    }
}
