using HubertSharp.Runs;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Training.Updates;

namespace HubertSharp.Tests.Training.Updates;

public class LossScalerTests
{
    [Fact]
    public void The_defaults_are_fairseqs()
    {
        var common = new CommonConfig();
        Assert.Equal((128, null, 0.0, 1e-4, null),
            (common.Fp16InitScale, common.Fp16ScaleWindow, common.Fp16ScaleTolerance, common.MinLossScale, common.ThresholdLossScale));
        // 2^14 updates, fewer with more micro-batches in each
        Assert.Equal((128.0, 256.0), After(4096 - 1, 4096, updateFreq: 4));
    }

    [Fact]
    public void The_scale_doubles_after_a_window_without_overflow_and_halves_at_one()
    {
        // what fairseq's DynamicLossScaler(init_scale=8, scale_window=3) gives
        var scaler = new LossScaler(new CommonConfig { Fp16InitScale = 8, Fp16ScaleWindow = 3 }, [1]);
        Assert.Equal("8 8 16 8! 8 8 16 8!", Play(scaler, "uuuouuuo"));
        Assert.Equal("8 8 16 16 16 32", Play(scaler, "uuuuuu"));
        Assert.Equal("16! 8! 4!", Play(scaler, "ooo"));
    }

    [Fact]
    public void Rare_overflows_are_tolerated()
    {
        // 1 of 4 updates is below 0.3; the second overflow makes 2 of 5
        var scaler = new LossScaler(new CommonConfig { Fp16InitScale = 8, Fp16ScaleWindow = 100, Fp16ScaleTolerance = 0.3 }, [1]);
        Assert.Equal("8 8 8 8! 4!", Play(scaler, "uuuoo"));
        Assert.Equal(0, scaler.State.OverflowsSinceRescale);
    }

    [Fact]
    public void A_floor_holds_the_scale()
    {
        var scaler = new LossScaler(new CommonConfig { Fp16InitScale = 8, ThresholdLossScale = 3 }, [1]);
        Assert.Equal("4! 3! 3! 3!", Play(scaler, "oooo"));
    }

    [Fact]
    public void The_minimum_ends_the_run_and_leaves_the_state()
    {
        var scaler = new LossScaler(new CommonConfig { Fp16InitScale = 1, MinLossScale = 0.25 }, [1]);
        Assert.True(scaler.Overflowed());
        var before = scaler.State;
        Assert.False(scaler.Overflowed());
        Assert.Equal(before, scaler.State);
    }

    [Fact]
    public void A_restored_scaler_goes_on_where_it_stood()
    {
        var common = new CommonConfig { Fp16InitScale = 16, Fp16ScaleWindow = 4, Fp16ScaleTolerance = 0.2 };
        const string events = "uuouuuuuouuuuoouuuuuuuu";
        for (var cut = 0; cut <= events.Length; cut++)
        {
            var whole = new LossScaler(common, [1]);
            Play(whole, events);
            var first = new LossScaler(common, [1]);
            Play(first, events[..cut]);
            var second = new LossScaler(common, [1], first.State);
            Play(second, events[cut..]);
            Assert.Equal(whole.State, second.State);
        }
    }

    [Fact]
    public void A_changing_update_freq_needs_a_window()
    {
        Assert.Contains("common.fp16_scale_window", Assert.Throws<UserException>(() => new LossScaler(new CommonConfig(), [1, 2])).Message);
        Assert.Equal(128, new LossScaler(new CommonConfig { Fp16ScaleWindow = 5 }, [1, 2]).Scale);
    }

    // u: an update went well; o: it overflowed. The scale after each, "!" after an overflow.
    private static string Play(LossScaler scaler, string events) => string.Join(' ', events.Select(e =>
    {
        if (e == 'u')
            scaler.Updated();
        else
            Assert.True(scaler.Overflowed());
        return $"{scaler.Scale:R}{(e == 'o' ? "!" : "")}";
    }));

    private static (double, double) After(int first, int second, int updateFreq)
    {
        var scaler = new LossScaler(new CommonConfig(), [updateFreq]);
        Play(scaler, new string('u', first));
        var before = scaler.Scale;
        Play(scaler, new string('u', second - first));
        return (before, scaler.Scale);
    }
}
