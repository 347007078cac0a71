using HubertSharp.Distributed.Sums;

namespace HubertSharp.Tests.Distributed.Sums;

/// <summary>Counts of tensors that nobody would want in a test: MPI takes 32-bit numbers.</summary>
public class SlicesTests
{
    [Theory]
    [InlineData(0L, 25)]
    [InlineData(1L, 1)]
    [InlineData(95_000_000L, 25)] // HuBERT Base
    [InlineData(965_000_000L, 25)] // X-Large, 3.9 GB
    [InlineData((1L << 31) + 5, 2048)] // above 2 GiB in any type
    [InlineData(20_000_000_000L, 2048)]
    public void Pieces_are_the_whole_of_a_tensor_in_its_order(long length, int bucketMib)
    {
        var next = 0L;
        foreach (var (from, count) in Slices.Pieces(length, Slices.Piece(bucketMib)))
        {
            Assert.Equal(next, from);
            Assert.InRange(count, 1, bucketMib << 18);
            next = from + count;
        }
        Assert.Equal(length, next);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(1000)]
    public void The_largest_piece_has_a_slice_for_each_rank_that_MPI_can_count(int ranks)
    {
        var largest = Slices.Piece(2048);
        foreach (var length in (int[])[0, 1, ranks - 1, ranks, largest - 1, largest])
        {
            var slices = Slices.Of(length, ranks);
            var places = Slices.Places(slices);
            Assert.Equal(length, slices.Sum(slice => (long)slice));
            Assert.InRange(slices.Max() - slices.Min(), 0, 1);
            Assert.Equal(length, places[^1] + slices[^1]);
            // what a rank receives of all others when it sums its slice: in bytes of 16-bit numbers, in numbers of float32
            var received = (long)slices.Max() * ranks;
            Assert.InRange(received * 2, 0, int.MaxValue);
            Assert.Equal(received - slices.Max(), Slices.Places([.. Enumerable.Repeat(slices.Max(), ranks)])[^1]);
        }
    }

    [Fact]
    public void Places_that_no_32_bit_number_counts_are_no_places() =>
        Assert.Throws<OverflowException>(() => Slices.Places([int.MaxValue, 1, 1]));
}
