using HubertSharp.Evaluation.Resampling;
using HubertSharp.Runs;
using HubertSharp.Runs.Reports;

namespace HubertSharp.Tests.Evaluation.Resampling;

public class BootstrapTests
{
    /// <summary>A share of 400 items in 100 utterances: the interval is about as wide as its standard error says.</summary>
    [Fact]
    public void An_interval_of_a_share()
    {
        var random = new SeededRandom(1);
        var parts = Enumerable.Range(0, 100)
            .Select(u => ($"u{u}", (string?)null, (double)Enumerable.Range(0, 4).Count(_ => random.NextDouble() < 0.3), 4.0))
            .ToList();
        var estimate = ResampledFigure.Quotient(parts).Estimate(1);
        var interval = Assert.Single(estimate.Intervals);
        Assert.Equal((ResampledUnit.Utterances, 100), (interval.Over, interval.Units));
        Assert.InRange(interval.Low, estimate.Value - 0.065, estimate.Value - 0.025);
        Assert.InRange(interval.High, estimate.Value + 0.025, estimate.Value + 0.065);
        Assert.Equal(estimate, ResampledFigure.Quotient(parts).Estimate(1) with { Intervals = estimate.Intervals });
    }

    /// <summary>Utterances of one speaker are alike: over speakers the interval is wider.</summary>
    [Fact]
    public void Over_speakers_it_is_wider()
    {
        var parts = Enumerable.Range(0, 200).Select(u => ($"u{u}", (string?)$"s{u % 8}", u % 8 / 8.0, 1.0)).ToList();
        var estimate = ResampledFigure.Quotient(parts).Estimate(1);
        Assert.Equal(2, estimate.Intervals.Count);
        Assert.True(Width(estimate.Intervals[1]) > 3 * Width(estimate.Intervals[0]));
    }

    [Fact]
    public void Four_units_give_none()
    {
        var parts = Enumerable.Range(0, 40).Select(u => ($"u{u}", (string?)$"s{u % 4}", 1.0 * (u % 3), 2.0)).ToList();
        Assert.Equal(ResampledUnit.Utterances, Assert.Single(ResampledFigure.Quotient(parts).Estimate(1).Intervals).Over);
        Assert.Empty(ResampledFigure.Quotient([.. parts.Take(4)]).Estimate(1).Intervals);
        Assert.False(ResampledFigure.Quotient([.. parts.Take(4)]).Less(ResampledFigure.Quotient([.. parts.Take(4)]), 1).IsDifference);
    }

    /// <summary>To the first order a share of few units runs beyond what is possible; draws of it do not, nor of a difference.</summary>
    [Fact]
    public void Shares_and_their_differences_stay_possible()
    {
        ResampledFigure Of(double value, double influence) => new(UnitSums.Linear(value,
            Enumerable.Range(0, 6).Select(u => ($"u{u}", u % 2 == 0 ? influence : -influence))), null);
        var (worse, better) = (Of(0.9, 0.3), Of(0.1, 0));
        var difference = Assert.Single(worse.Less(better, 1).Intervals);
        Assert.Equal(0.9, difference.High, 1e-12); // of 1 at most
        Assert.InRange(difference.Low, -0.1, 0.8);
        Assert.Equal(1, Assert.Single(worse.Estimate(1).Intervals).High);
        Assert.Equal(-0.9, Assert.Single(better.Less(worse, 1).Intervals).Low, 1e-12);
    }

    /// <summary>A figure that most draws hold nothing of has no interval: those that hold some are a choice.</summary>
    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public void Draws_without_a_figure_give_none(bool areSeldomTogether, int intervals)
    {
        var names = Enumerable.Range(0, 6).Select(u => $"u{u}").ToArray();
        List<(int, int, int, double, double)> parts = areSeldomTogether
            ? [(0, 1, 2, 0.5, 1)] // few draws have all three
            : [.. Enumerable.Range(0, 6).Select(u => (u, u, u, u % 2.0, 1.0))];
        var figure = new ResampledFigure(new UnitProducts(names, parts), null);
        Assert.Equal(intervals, figure.Estimate(1).Intervals.Count);
        Assert.Equal(intervals, figure.Less(figure, 1).Intervals.Count);
    }

    /// <summary>Two figures that are uncertain each, and whose difference is not: pairing tells them apart.</summary>
    [Fact]
    public void Pairing_takes_out_what_both_share()
    {
        var random = new SeededRandom(2);
        var hard = Enumerable.Range(0, 60).Select(_ => random.NextDouble()).ToArray();
        ResampledFigure Of(double better) => ResampledFigure.Quotient(
            [.. hard.Select((h, u) => ($"u{u}", (string?)null, h + better + (0.01 * random.NextNormal()), 1.0))]);
        var (first, second) = (Of(0.02), Of(0));
        var difference = first.Less(second, 1);
        Assert.True(difference.IsDifference);
        Assert.True(first.Estimate(1).Intervals[0].Low < second.Estimate(1).Intervals[0].High); // apart they overlap
        Assert.False(Of(0).Less(Of(0), 1).IsDifference);
    }

    private static double Width(ConfidenceInterval interval) => interval.High - interval.Low;
}
