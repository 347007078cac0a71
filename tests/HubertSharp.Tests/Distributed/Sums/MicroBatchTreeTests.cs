using HubertSharp.Distributed.Sums;

namespace HubertSharp.Tests.Distributed.Sums;

/// <summary>Sums as text show in what order they are made.</summary>
public class MicroBatchTreeTests
{
    [Theory]
    [InlineData(1, "0")]
    [InlineData(2, "(0 1)")]
    [InlineData(3, "((0 1) 2)")]
    [InlineData(4, "((0 1) (2 3))")]
    [InlineData(5, "(((0 1) 2) (3 4))")]
    [InlineData(6, "(((0 1) 2) ((3 4) 5))")]
    public void Micro_batches_are_halved_and_the_halves_halved(int micros, string expected) =>
        Assert.Equal(expected, Summed(micros, 0, 1));

    /// <summary>The branches of any number of processes, put together by neighbours, are the tree of one.</summary>
    [Fact]
    public void Branches_are_branches_of_the_same_tree()
    {
        foreach (var micros in Enumerable.Range(1, 40))
        {
            for (var ranks = 1; ranks <= 32; ranks *= 2)
            {
                var branches = Enumerable.Range(0, ranks).Select(rank => Summed(micros, rank, ranks)).ToList();
                while (branches.Count > 1)
                    branches = [.. branches.Chunk(2).Select(two => two.Contains("") ? two[0] + two[1] : $"({two[0]} {two[1]})")];
                Assert.Equal(Summed(micros, 0, 1), branches[0]);
            }
        }
    }

    [Fact]
    public void Each_micro_batch_is_taken_once_and_the_first_by_the_first_process()
    {
        foreach (var ranks in Enumerable.Range(1, 9))
        {
            foreach (var micros in Enumerable.Range(1, 30))
            {
                var all = Enumerable.Range(0, ranks).Select(rank => MicroBatchTree.Of(micros, rank, ranks).ToArray()).ToArray();
                Assert.Equal(Enumerable.Range(0, micros), all.SelectMany(own => own).Order());
                Assert.All(all, own => Assert.Equal(own.Order(), own));
                Assert.All(all, own => Assert.InRange(own.Length, micros / ranks, ((micros - 1) / ranks) + 1));
                Assert.Equal(0, all[0][0]);
            }
        }
    }

    [Fact]
    public void No_more_sums_wait_than_is_said()
    {
        foreach (var micros in Enumerable.Range(1, 70))
        {
            var (waiting, most) = (0, 0);
            MicroBatchTree.Visit(micros, 0, 1, _ => most = Math.Max(most, waiting++), () => waiting--);
            Assert.Equal(1, waiting);
            Assert.InRange(MicroBatchTree.Waiting(micros) - most, 0, int.IsPow2(micros) ? 0 : 1);
        }
    }

    private static string Summed(int micros, int rank, int ranks)
    {
        var sums = new Stack<string>();
        MicroBatchTree.Visit(micros, rank, ranks, micro => sums.Push($"{micro}"), () =>
        {
            var second = sums.Pop();
            sums.Push($"({sums.Pop()} {second})");
        });
        return sums.TryPop(out var sum) ? sum : "";
    }
}
