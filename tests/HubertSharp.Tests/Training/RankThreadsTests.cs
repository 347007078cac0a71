using HubertSharp.Distributed;
using HubertSharp.Training;

namespace HubertSharp.Tests.Training;

public class RankThreadsTests
{
    [Fact]
    public void One_process_tells_its_threads_where_its_bits_are_to_come_again()
    {
        Assert.Null(RankThreads.Told(Replicas.Alone, 3, keepsBits: false));
        Assert.Equal("sums have a fixed order (distributed_training.reproducible); other runs come to the same last bits with "
            + "common.num_threads=3 in each process", RankThreads.Told(Replicas.Alone, 3, keepsBits: true));
    }

    [Theory]
    [InlineData(2, 2, false, "each process computes with 2 threads")]
    [InlineData(1, 1, true,
        "each process computes with 1 thread; other runs come to the same last bits with common.num_threads=1 in each process")]
    [InlineData(2, 1, false, "the processes compute with 2 threads, but rank 1 on HOST with 1")]
    [InlineData(2, 1, true, "warning: the processes compute with 2 threads, but rank 1 on HOST with 1: another division of the work, or "
        + "the ranks in another order, would come to other last bits; give all of them the same common.num_threads")]
    public async Task Ranks_compare_theirs(int first, int second, bool keepsBits, string expected)
    {
        using var pair = new ToyReplicas.Pair();
        var told = await Task.WhenAll(((int[])[first, second]).Select((threads, rank) =>
            Task.Run(() => RankThreads.Told(new ToyReplicas(rank, pair), threads, keepsBits))));
        Assert.All(told, one => Assert.Equal(expected.Replace("HOST", Environment.MachineName, StringComparison.Ordinal), one));
    }
}
