using HubertSharp.Distributed;
using HubertSharp.Distributed.Sums;
using HubertSharp.Tests.Distributed.Nccl;
using TorchSharp;
using static TorchSharp.torch;

namespace HubertSharp.Tests.Distributed.Sums;

/// <summary>Sums of micro-batches over ranks that are threads.</summary>
public class OrderedSumsTests
{
    private const int Length = 33;

    /// <summary>Whatever their number: four have a branch of a tree each, three and six are dealt micro-batches in turn.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(13)] // some have less than others
    public void Sums_are_those_of_one_process_to_the_last_bit(int micros)
    {
        var random = new Random(7);
        var values = Enumerable.Range(0, micros)
            .Select(_ => Enumerable.Range(0, Length).Select(_ => random.NextSingle() - 0.5f).ToArray()).ToArray();
        var expected = Sum(values, ranks: 1)[0];
        if (micros == 3)
            Assert.Equal(values[0].Zip(values[1], (a, b) => a + b).Zip(values[2], (a, b) => a + b), expected);
        foreach (var ranks in (int[])[2, 3, 4, 6, 8])
            Assert.All(Sum(values, ranks), found => Assert.Equal(expected, found));
    }

    /// <summary>A branch's last micro-batch lies apart from what waits, until parts of both are wanted.</summary>
    [Fact]
    public void What_waits_is_added_part_by_part()
    {
        using var scope = NewDisposeScope();
        using var sums = new OrderedSums(Replicas.Alone);
        var buffer = empty(4);
        for (var update = 1; update <= 2; update++) // what waited for the first one is forgotten
        {
            sums.SumBranch(buffer, 4, (micro, isLast) =>
            {
                Assert.Equal(micro == 3, isLast);
                Assert.Equal(new float[4], buffer.data<float>().ToArray());
                using var value = Math.Pow(10, micro).ToScalar();
                buffer.fill_(value);
            });
            Assert.Equal([1000, 1000, 1000, 1000], buffer.data<float>().ToArray());
            sums.AddWaiting(buffer, 2, 2);
            Assert.Equal([1000, 1000, 1111, 1111], buffer.data<float>().ToArray());
            sums.EndBranch(buffer, [(0, 2)]);
            Assert.Equal([1111, 1111, 1111, 1111], buffer.data<float>().ToArray());
        }
    }

    private static float[][] Sum(float[][] values, int ranks) => NcclRanks.Sum(ranks, 10, ScalarType.Float32, (rank, moved) =>
    {
        using var replicas = new Moved(rank, ranks, moved);
        using var sums = new OrderedSums(replicas);
        var buffer = empty(Length);
        for (var update = 1; update <= 2; update++)
            sums.Sum(buffer, values.Length, micro => buffer.copy_(tensor(values[micro])));
        return buffer.data<float>().ToArray();
    });

    private sealed class Moved(int rank, int ranks, GradientSums sums) : Replicas(rank, ranks)
    {
        public override void SumPaired(Tensor tensor) => sums.SumPaired(tensor);

        public override long SliceOf(long numbers) => sums.SliceOf(numbers);

        public override void Slice(Tensor mine, Tensor[] given) => sums.Slice(mine, given);

        public override void Spread(Tensor own, Tensor total) => sums.Spread(own, total);
    }
}
