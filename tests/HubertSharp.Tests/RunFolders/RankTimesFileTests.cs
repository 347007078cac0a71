using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Tests.RunFolders;

/// <summary>What the time of several processes went to, as a run keeps it.</summary>
public sealed class RankTimesFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Place => _folder.At("times.jsonl");

    private static RankTimesLine Line(long update, int? slow = null, int ranks = 2) => new(update, slow,
        [.. Enumerable.Range(0, ranks).Select(rank => $"host{rank}")],
        [.. Enumerable.Range(0, ranks).Select(rank => new RankShare(0.25, 0.5, rank + 1, 0.125, 0.0625, 4))]);

    [Fact]
    public void A_line_is_read_as_it_was_written()
    {
        var file = RankTimesFile.Open(Place, 0);
        file.Append(Line(10));
        file.Append(Line(20, slow: 1));
        var lines = RankTimesFile.Read(Place);
        Assert.Equal([null, 1], lines.Select(line => line.Slow));
        Assert.Equal(["host0", "host1"], lines[1].Hosts);
        Assert.Equal(Line(20).Ranks, lines[1].Ranks);
    }

    [Fact]
    public void It_never_grows_beyond_its_bound_and_always_reaches_from_the_beginning_to_the_newest_line()
    {
        var file = RankTimesFile.Open(Place, 0, mostLines: 8);
        for (var update = 1; update <= 100; update++)
        {
            file.Append(Line(update));
            var updates = RankTimesFile.Read(Place).Select(line => line.Update).ToArray();
            Assert.InRange(updates.Length, Math.Min(update, 4), 8);
            Assert.Equal(update, updates[^1]);
            Assert.InRange(updates[0], 1, 1 + (update / 4));
        }
        for (var update = 101; update <= 140; update++)
            file.Append(Line(update, ranks: 2000)); // 100 KB each
        Assert.InRange(new FileInfo(Place).Length, 1, 4 << 20);
        Assert.Equal(140, RankTimesFile.Read(Place)[^1].Update);
    }

    [Fact]
    public void A_run_that_goes_on_keeps_the_lines_up_to_its_checkpoint_and_a_new_one_none()
    {
        var file = RankTimesFile.Open(Place, 0);
        foreach (var update in (long[])[10, 20, 30])
            file.Append(Line(update));
        File.AppendAllText(Place, "{\"update\":40,\"hosts\":[\"a"); // cut by a kill
        RankTimesFile.Open(Place, 20).Append(Line(25));
        Assert.Equal([10, 20, 25], RankTimesFile.Read(Place).Select(line => line.Update));
        RankTimesFile.Open(Place, 0);
        Assert.Empty(File.ReadAllText(Place));
    }

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("{\"update\":1,\"hosts\":[],\"seconds\":[]}")]
    [InlineData("{\"update\":1,\"hosts\":[\"a\"],\"seconds\":[[1,1,1,1,1]]}")]
    [InlineData("{\"update\":1,\"hosts\":[\"a\"],\"seconds\":[[1,1,1,1,1,1,1]]}")]
    [InlineData("{\"update\":1,\"hosts\":[\"a\"],\"seconds\":[[1,1,1,1,1,-1]]}")]
    [InlineData("{\"update\":1,\"hosts\":[\"a\"],\"seconds\":[[1,1,1,1,1,1e999]]}")]
    [InlineData("{\"update\":1,\"hosts\":[\"a\"],\"seconds\":[[1,1,1,1,1,\"1\"]]}")]
    [InlineData("{\"update\":1,\"slow\":1,\"hosts\":[\"a\"],\"seconds\":[[1,1,1,1,1,1]]}")]
    [InlineData("{\"update\":1e99,\"hosts\":[\"a\"],\"seconds\":[[1,1,1,1,1,1]]}")]
    [InlineData("{\"update\":1,\"hosts\":[7],\"seconds\":[[1,1,1,1,1,1]]}")]
    public void What_no_run_wrote_is_passed_over(string line)
    {
        File.WriteAllText(Place, $"{line}\n{Line(7).ToJson()}\n");
        Assert.Equal(7, Assert.Single(RankTimesFile.Read(Place)).Update);
    }

    public void Dispose() => _folder.Dispose();
}
