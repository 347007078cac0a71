using HubertSharp.Tests.Pretraining;
using HubertSharp.Training.Data;

namespace HubertSharp.Tests.Training.Data;

public class BatchLoaderTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(4, 0)]
    [InlineData(4, 10)]
    [InlineData(1, 10)]
    public void Batches_come_in_order_whatever_the_number_of_threads(int workers, int ahead)
    {
        using var loader = new BatchLoader<long>(1, 50, workers, ahead, update =>
        {
            Thread.Sleep((int)(update * 7 % 5));
            return update;
        });
        for (var update = 1; update <= 50; update++)
            Assert.Equal(update, loader.Next());
    }

    [Theory]
    [InlineData(2, 5, 5)]
    [InlineData(3, 0, 3)]
    [InlineData(1, 1, 1)]
    public void Memory_is_bounded_however_slow_the_step_is(int workers, int ahead, int bound)
    {
        int begun = 0, asked = 0, mostAhead = 0, atOnce = 0, mostAtOnce = 0;
        using var loader = new BatchLoader<long>(1, 1000, workers, ahead, update =>
        {
            InterlockedMax(ref mostAhead, Interlocked.Increment(ref begun) - Volatile.Read(ref asked));
            InterlockedMax(ref mostAtOnce, Interlocked.Increment(ref atOnce));
            Thread.Sleep(5);
            Interlocked.Decrement(ref atOnce);
            return update;
        });
        // it comes as far as it may, however busy the machine is; whatever went further would be seen at any time
        Patience.Until(() => Volatile.Read(ref begun) >= bound, "the loader does not read ahead");
        Thread.Sleep(Patience.Glance); // nobody takes anything: nothing more may come
        for (var update = 1; update <= 20; update++)
        {
            Interlocked.Increment(ref asked);
            Assert.Equal(update, loader.Next());
        }
        Patience.Until(() => Volatile.Read(ref begun) >= bound + 20, "the loader does not read on");
        Thread.Sleep(Patience.Glance);
        Assert.Equal(bound, mostAhead);
        Assert.InRange(mostAtOnce, 1, workers);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_fault_in_a_loader_thread_reaches_the_step(int workers)
    {
        using var loader = new BatchLoader<long>(1, 3, workers, 2, _ => throw new InvalidDataException("broken"));
        Assert.Equal("broken", Assert.Throws<InvalidDataException>(() => loader.Next()).Message);
    }

    [Theory]
    [InlineData("dataset.num_workers=0")]
    [InlineData("dataset.num_workers=5")]
    [InlineData("dataset.num_workers=2", "dataset.data_buffer_size=0")]
    public void The_metrics_of_a_run_do_not_depend_on_its_loader(params string[] loading)
    {
        using var other = new TinyRun();
        other.Train(null, loading);
        Assert.Equal(TinyRun.Undisturbed("dataset.num_workers=1").MetricsWithoutClock, other.MetricsWithoutClock());
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); value > seen; seen = Volatile.Read(ref target))
            Interlocked.CompareExchange(ref target, value, seen);
    }
}
