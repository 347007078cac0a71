using HubertSharp.Runs.RunFolders;
using HubertSharp.Training;

namespace HubertSharp.Tests.Training;

/// <summary>Which rank is named as the one that the others wait for.</summary>
public class RankTimesTests
{
    [Theory]
    [InlineData("0.1+0.9 0.1+0.9 0.1+1.9", 2)] // computes twice as long
    [InlineData("0.1+0.9 1.1+0.9 0.1+0.9 0.1+0.9", 1)] // waits for its disk
    [InlineData("0.1+0.9 0.1+1.2", 1)]
    [InlineData("0.1+0.9 0.1+0.9 0.1+1.0", null)] // a tenth
    [InlineData("0.001+0.001 0.001+0.003", null)] // twice as long as next to nothing
    public void A_rank_that_works_much_longer_than_the_median_stands_out(string ranks, int? expected)
    {
        RankShare[] shares = [.. ranks.Split(' ').Select(rank => rank.Split('+').Select(s => double.Parse(s, Invariant)).ToArray())
            .Select(parts => new RankShare(parts[0], parts[1] / 3, parts[1] * 2 / 3, 0, 0, 2))];
        Assert.Equal(expected, RankTimes.Straggler(shares));
    }

    [Fact]
    public void It_is_said_what_it_does_longer_than_the_others() => Assert.Equal(
        "rank 1 on node7 is slower than the others up to update 40: of the 2.000 s of an update it waits for data 0.100 s "
        + "(median 0.100 s), computes forward 0.600 s (median 0.300 s) and backward 1.200 s (median 0.600 s), waits for the others "
        + "0.100 s (median 0.100 s); of all this it stands still to collect garbage 0.300 s (median 0.000 s)",
        RankTimes.Text(40, 1, "node7", [new(0.1, 0.3, 0.6, 1, 0, 2), new(0.1, 0.6, 1.2, 0.1, 0.3, 2)]));

    private static System.Globalization.CultureInfo Invariant => System.Globalization.CultureInfo.InvariantCulture;
}
