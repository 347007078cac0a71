using HubertSharp.Distributed.Sums;
using HubertSharp.Tensors;
using HubertSharp.Tests.Distributed.Nccl;
using static TorchSharp.torch;

namespace HubertSharp.Tests.Distributed.Sums;

/// <summary>Sums over ranks that are threads, moved by the NCCL of the tests; real MPI moves those of MpiTrainingTests.</summary>
public class GradientSumsTests
{
    private const int Piece = 10;

    [Theory]
    [InlineData(1, 25)]
    [InlineData(2, 25)]
    [InlineData(3, 25)]
    [InlineData(4, 2)] // some ranks have no slice
    public void Whole_numbers_come_out_whole_whatever_they_travel_as(int ranks, int length)
    {
        float[] expected = [.. Enumerable.Range(0, length).Select(i => Enumerable.Range(0, ranks).Sum(rank => (float)(i + rank)))];
        foreach (var wire in (ScalarType[])[ScalarType.Float32, ScalarType.Float16, ScalarType.BFloat16])
        {
            foreach (var found in NcclRanks.Sum(ranks, Piece, wire, (rank, sums) =>
            {
                var mine = arange(length, ScalarType.Float32).add(Scalars.Of(rank));
                sums.SumGradients(mine);
                return mine.data<float>().ToArray();
            }))
            {
                Assert.Equal(expected, found);
            }
        }
    }

    /// <summary>Each number is rounded once before the sum and the sum once after it.</summary>
    [Theory]
    [InlineData(ScalarType.Float16, 1e-3f, 11, 100)]
    [InlineData(ScalarType.Float16, 1e9f, 11, 3)] // far beyond what float16 holds
    [InlineData(ScalarType.BFloat16, 1e9f, 8, 3)]
    public void Sixteen_bits_err_by_a_rounding_of_each_number_and_one_of_the_sum(ScalarType wire, float size, int bits, int grain)
    {
        const int Ranks = 3, Length = 25;
        var random = new Random(5);
        var values = Enumerable.Range(0, Ranks).Select(_ => Enumerable.Range(0, Length).Select(_ => size * (2 * random.NextSingle() - 1))
            .ToArray()).ToArray();
        var all = NcclRanks.Sum(Ranks, Piece, wire, (rank, sums) =>
        {
            var mine = tensor(values[rank]);
            sums.SumGradients(mine);
            return mine.data<float>().ToArray();
        }, grain);
        var unit = Math.ScaleB(1, -bits);
        for (var i = 0; i < Length; i++)
        {
            var exact = values.Sum(v => (double)v[i]);
            Assert.InRange(Math.Abs(all[0][i] - exact), 0, 1.01 * unit * (values.Sum(v => Math.Abs((double)v[i])) + Math.Abs(exact)));
        }
        Assert.Contains(Enumerable.Range(0, Length), i => all[0][i] != values.Sum(v => (double)v[i])); // it was rounded
        Assert.All(all, one => Assert.Equal(all[0], one));
    }

    /// <summary>Codebooks are tables, and no gradients: what these travel as is nothing to them.</summary>
    [Fact]
    public void Tables_are_summed_whole()
    {
        var all = NcclRanks.Sum(2, Piece, ScalarType.BFloat16, (rank, sums) =>
        {
            var mine = full([5, 4], 1 + (rank * 1e-6f));
            sums.Sum(mine);
            return mine.data<float>().ToArray();
        });
        Assert.All(all, one => Assert.Equal(Enumerable.Repeat(1 + (1 + 1e-6f), 20), one));
    }

    [Fact]
    public void What_is_not_finite_stays_so()
    {
        var all = NcclRanks.Sum(2, Piece, ScalarType.Float16, (rank, sums) =>
        {
            var mine = tensor(rank == 0 ? [1f, float.NaN, 2, 1] : new[] { 1f, 1, float.PositiveInfinity, -1 });
            sums.SumGradients(mine);
            return mine.data<float>().ToArray();
        });
        Assert.All(all, one => Assert.Equal([2, float.NaN, float.PositiveInfinity, 0], one));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4, 3)]
    [InlineData(8)] // a piece of three numbers has none for most of them
    public void Pairs_are_summed_from_the_nearest_to_the_farthest_to_the_last_bit(int ranks, int grain = int.MaxValue)
    {
        const int Length = 33;
        var values = Values(ranks, Length);
        var sums = values.ToArray();
        for (var distance = 1; distance < ranks; distance *= 2)
            sums = [.. sums.Select((mine, rank) => mine.Zip(sums[rank ^ distance], (a, b) => a + b).ToArray())];
        foreach (var found in NcclRanks.Sum(ranks, Piece, ScalarType.Float32, (rank, replicas) =>
        {
            var mine = tensor(values[rank]);
            replicas.SumPaired(mine);
            return mine.data<float>().ToArray();
        }, grain))
        {
            Assert.Equal(sums[0], found);
        }
    }

    [Fact]
    public void Slices_of_what_some_have_go_to_all_and_back()
    {
        const int Ranks = 3, Length = 33;
        var values = Values(Ranks, Length);
        foreach (var holders in (int[])[1, 2, 3])
        {
            foreach (var found in NcclRanks.Sum(Ranks, Piece, ScalarType.Float32, (rank, sums) =>
            {
                Tensor[] given = [.. Enumerable.Range(0, holders).Select(_ => empty(sums.SliceOf(Length)))];
                sums.Slice(tensor(values[rank]), given);
                return given.Select(own =>
                {
                    var whole = zeros(Length);
                    sums.Spread(own, whole);
                    return whole.data<float>().ToArray();
                }).ToArray();
            }))
            {
                Assert.Equal(values[..holders], found);
            }
        }
    }

    private static float[][] Values(int ranks, int length)
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, ranks).Select(_ => Enumerable.Range(0, length).Select(_ => random.NextSingle() - 0.5f).ToArray())];
    }

    /// <summary>As large as float16 lets the sum be, and a power of two.</summary>
    [Fact]
    public void The_scale_brings_the_largest_sum_to_the_end_of_float16()
    {
        var half = new WireFormat(ScalarType.Float16);
        foreach (var ranks in (int[])[1, 2, 3, 8, 256])
        {
            foreach (var largest in (float[])[1e-30f, 1e-6f, 0.3f, 1, 65504, 2e7f, 3e34f])
            {
                var scale = (double)half.Scale(largest, ranks);
                Assert.InRange(scale * largest * ranks, 65504.0 / 2, 65504);
                Assert.Equal(Math.Round(Math.Log2(scale)), Math.Log2(scale));
            }
            Assert.All((float[])[0, float.NaN, float.PositiveInfinity], none => Assert.Equal(1, half.Scale(none, ranks)));
            Assert.Equal(1, new WireFormat(ScalarType.BFloat16).Scale(1e30f, ranks));
        }
        Assert.InRange(half.Scale(float.Epsilon, 1), 1, float.MaxValue); // and it can be divided by
    }
}
