using HubertSharp.Runs;

namespace HubertSharp.Tests;

public class SeededRandomTests
{
    /// <summary>SplitMix64's published first output for seed 0; the rest from a few lines of Python.</summary>
    [Fact]
    public void The_numbers_are_pinned()
    {
        Assert.Equal(0xE220A8397B1DCDAFUL, new SeededRandom(0).Next());
        Assert.Equal(0xE220A8397B1DCDAFUL, SeededRandom.First(0));
        Assert.Equal(0x005A053C1E5D7902UL, SeededRandom.Derive(1337, 3));
        Assert.Equal(0x1163C9C8BA17191EUL, SeededRandom.ForItem(7, -2).Next());
        Assert.Equal(0x0CEBE7F5B2042B88UL, SeededRandom.ForItem(7, 5).Next());
        Assert.Equal(0x447D3877921A0134UL, SeededRandom.ForStream(1337, -2).Next());
        Assert.Equal(0x979ECB71491E0568UL, SeededRandom.ForStream(0, 4).Next());
        Assert.Equal((int)(0xE220A8397B1DCDAFUL >> 54), new SeededRandom(0).Between(0, 1023));
    }

    [Fact]
    public void Normal_numbers_have_mean_0_and_deviation_1()
    {
        var random = new SeededRandom(5);
        foreach (var draw in (Func<double>[])[() => random.NextGaussian(), random.NextNormal])
        {
            var drawn = Enumerable.Range(0, 20_000).Select(_ => draw()).ToArray();
            Assert.Equal(0, drawn.Average(), tolerance: 0.03);
            Assert.Equal(1, drawn.Average(x => x * x), tolerance: 0.04);
        }
    }

    [Fact]
    public void A_sample_is_ascending_and_without_repeats()
    {
        var sample = new SeededRandom(2).Sample(50, 20);
        Assert.Equal(20, sample.Distinct().Count());
        Assert.Equal(sample.Order(), sample);
        Assert.All(sample, number => Assert.InRange(number, 0, 49));
    }
}
