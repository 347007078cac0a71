using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.SpeechTokenizer.Training;
using HubertSharp.Training.Updates;

namespace HubertSharp.Tests.Training.Updates;

/// <summary>Every schedule against values computed by hand from fairseq's formulas.</summary>
public class ScheduleTests
{
    [Fact]
    public void Polynomial_decay_warms_up_decays_and_ends()
    {
        var schedule = new PolynomialDecayConfig { WarmupUpdates = 2, TotalNumUpdate = 5, Lr = [3.0], EndLearningRate = 0.3 };
        Equal([0, 1.5, 3, 2.1, 1.2, 0.3, 0.3], schedule, 0, 1, 2, 3, 4, 5, 6);
        Equal([1, 0.5625, 0.25, 0.0625, 0], new PolynomialDecayConfig { TotalNumUpdate = 4, Lr = [1.0], Power = 2 }, 0, 1, 2, 3, 4);
        var peaks = new PolynomialDecay(new() { TotalNumUpdate = 4, Lr = [1.0, 2.0], ForceAnneal = 3 });
        Assert.Equal([2.0, 2.0, 2.0], new[] { 1, 2, 9 }.Select(epoch => peaks.LearningRate(0, epoch)));
    }

    [Fact]
    public void Tri_stage_rises_holds_falls_and_stays()
    {
        var stages = new TriStageConfig
        {
            WarmupSteps = 4,
            HoldSteps = 2,
            DecaySteps = 4,
            InitLrScale = 0.2,
            FinalLrScale = 0.0625,
            Lr = [1.0],
        };
        // the fall is 0.0625^(1/4) = 0.5 per update
        Equal([0.2, 0.4, 0.6, 0.8, 1, 1, 1, 0.5, 0.25, 0.125, 0.0625, 0.0625, 0.0625], stages, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 1000);
        Equal([1, 0.5, 0.25, 0.25], new TriStageConfig { DecaySteps = 2, FinalLrScale = 0.25, Lr = [1.0] }, 0, 1, 2, 3); // no warm-up
        // fairseq's hubert base_10h ends at update 25,000, long before its third stage does
        var ten = new TriStageConfig { WarmupSteps = 8000, DecaySteps = 72_000, FinalLrScale = 0.05, Lr = [2e-5] };
        Equal([2e-7, 1.01e-5, 2e-5, 2e-5 * Math.Pow(0.05, 17 / 72.0)], ten, 0, 4000, 8000, 25_000);
    }

    [Fact]
    public void Phase_ratio_divides_the_run_and_rounds_down()
    {
        var thirds = new TriStageConfig { PhaseRatio = [0.1, 0.4, 0.5], MaxUpdate = 25, InitLrScale = 0, FinalLrScale = 0.01, Lr = [1.0] };
        Assert.Equal((2, 10, 12), thirds.Stages());
        Equal([0, 0.5, 1, 1, 0.1, 0.01, 0.01], thirds, 0, 1, 2, 12, 18, 24, 25);
    }

    [Fact]
    public void Cosine_falls_to_its_lowest_and_begins_again()
    {
        var once = new CosineConfig { WarmupUpdates = 2, MinLr = 0.2, MaxUpdate = 10, Lr = [1.0] };
        // the period is what the warm-up leaves: 8; behind it stands the next, a tenth as high
        Equal([0.2, 0.6, 1, 0.6, 0.2 + 0.4 * (1 + Math.Cos(Math.PI * 7 / 8)), 0.1], once, 0, 1, 2, 6, 9, 10);
        Last(0.2, once, 10);
        Last(0.6, once, 6);
        Last(0.6, once, 1); // still in the warm-up
        Equal([0, 0.5, 1], once with { WarmupInitLr = 0 }, 0, 1, 2);
        var even = new CosineConfig { LrPeriodUpdates = 4, LrShrink = 0.5, MinLr = 0.5, Lr = [1.5] };
        Equal([1.5, 1, 0.75, 0.5, 0.375], even, 0, 2, 4, 6, 8);
        Last(0.25, even, 8);
        // 4, then 8, then 16 updates long
        var longer = new CosineConfig { LrPeriodUpdates = 4, TMult = 2, LrShrink = 0.5, Lr = [1.0] };
        Equal([1, 0.5, 0.5, 0.25, 0.25, 0.125], longer, 0, 2, 4, 8, 12, 20);
        Last(0, longer, 4);
        Last(0, longer, 12);
        Last(0.25, longer, 8);
        // the released tokenizer's last update has the rate at the end
        var ahead = new StepAhead(LearningRateSchedule.Of(once));
        Assert.Equal([0.6, 0.2], new[] { 5L, 9 }.Select(updates => Math.Round(ahead.LearningRate(updates), 12)));
        Assert.Equal(0.2, ahead.LastRate(10), 1e-14);
    }

    [Fact]
    public void Fixed_follows_the_epochs()
    {
        var rates = LearningRateSchedule.Of(new FixedConfig { WarmupUpdates = 4, Lr = [1.0, 2.0, 3.0] });
        Assert.Equal([0.25, 0.5, 0.75, 1, 1], Enumerable.Range(0, 5).Select(u => rates.LearningRate(u, 1)));
        Assert.Equal([1.0, 2.0, 3.0, 3.0], Enumerable.Range(1, 4).Select(epoch => rates.LearningRate(100, epoch)));
        Assert.Equal(1.0, rates.LearningRate(1, 2)); // warm-up of the second epoch's rate
        var annealed = LearningRateSchedule.Of(new FixedConfig { ForceAnneal = 3, Lr = [1.0, 2.0] });
        Assert.Equal([1, 2, 0.2, 0.02], Enumerable.Range(1, 4).Select(epoch => Math.Round(annealed.LearningRate(0, epoch), 12)));
        Assert.Equal(0.25, LearningRateSchedule.Of(new FixedConfig { Lr = [0.25] }).LearningRate(0));
    }

    [Fact]
    public void Inverse_sqrt_falls_with_the_root()
    {
        Equal([0, 0.25, 0.75, 1, 0.5, 0.25], new InverseSqrtConfig { WarmupUpdates = 4, Lr = [1.0] }, 0, 1, 3, 4, 16, 64);
        Equal([0.2, 0.6, 1], new InverseSqrtConfig { WarmupUpdates = 4, WarmupInitLr = 0.2, Lr = [1.0] }, 0, 2, 4);
    }

    private static void Last(double expected, LrSchedulerConfig config, long updates) =>
        Assert.Equal(expected, LearningRateSchedule.Of(config).LastRate(updates), 1e-14);

    private static void Equal(double[] expected, LrSchedulerConfig config, params long[] updates)
    {
        var schedule = LearningRateSchedule.Of(config);
        Assert.All(updates.Zip(expected), pair => Assert.Equal(pair.Second, schedule.LearningRate(pair.First), 1e-14));
    }
}
