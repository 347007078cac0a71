using HubertSharp.Distributed;
using HubertSharp.Tests.Training;

namespace HubertSharp.Tests.Distributed;

public class ByteGatherTests
{
    [Fact]
    public async Task What_is_short_takes_one_exchange_and_what_was_long_takes_one_the_next_time()
    {
        (int First, int Second, int Exchanges)[] sent =
        [
            (0, 0, 1), (256, 3, 1), (255, 257, 2), (257, 256, 1), (ByteGather.Longest, 0, 2), (1, ByteGather.Longest, 1),
            (ByteGather.Longest + 1, 5, 2), (ByteGather.Longest + 1, 5, 2), (70_000, 80_000, 2), (9, 9, 1),
        ];
        using var pair = new ToyReplicas.Pair();
        await Task.WhenAll(Enumerable.Range(0, 2).Select(rank => Task.Run(() =>
        {
            var exchanges = 0;
            var replicas = new ToyReplicas(rank, pair);
            var gather = new ByteGather((mine, lengths) =>
            {
                exchanges++;
                var all = replicas.Gather(mine);
                Assert.Equal(lengths, all.Select(one => one.Length));
                return all;
            }, ranks: 2);
            foreach (var (turn, (first, second, expected)) in sent.Index())
            {
                exchanges = 0;
                var all = gather.Of(Said(turn, rank == 0 ? first : second));
                Assert.Equal([Said(turn, first), Said(turn, second)], all);
                Assert.Equal((turn, expected), (turn, exchanges));
            }
        })));
    }

    private static byte[] Said(int turn, int length) => [.. Enumerable.Range(turn, length).Select(number => (byte)(number * 7))];
}
