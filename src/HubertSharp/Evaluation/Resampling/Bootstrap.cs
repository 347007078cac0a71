using HubertSharp.Runs;
using HubertSharp.Runs.Reports;

namespace HubertSharp.Evaluation.Resampling;

/// <summary>
/// Draws units with replacement, as many as there are, again and again (Efron 1979; for speech scores Bisani and Ney 2004): the middle 95%
/// of the figures that come out are the interval. Figures that are compared are computed from the same draws.
/// </summary>
internal static class Bootstrap
{
    /// <summary>Fewer units than these say nothing about what others would give.</summary>
    public const int LeastUnits = 5;

    public const int Draws = 1000;

    /// <summary>What is drawn where nobody asks for a seed.</summary>
    public const long Seed = 1337;

    private const double Tail = 0.025;

    /// <summary>Share of the draws that a figure has to come out of.</summary>
    private const double LeastFigures = 0.95;

    /// <summary>The names of all units of some figures, in ordinal order.</summary>
    public static string[] UnitsOf(IReadOnlyList<UnitFigure> figures) =>
        [.. figures.SelectMany(f => f.Names).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>
    /// The value of each figure in every draw; null where there are too few units, or where so many draws hold nothing to compare that the
    /// others are a choice.
    /// </summary>
    /// <param name="figures">Figures over the same units; one without a unit that another has is not touched by it.</param>
    /// <param name="seed">Decides what is drawn.</param>
    public static double[][]? Draw(IReadOnlyList<UnitFigure> figures, long seed)
    {
        var units = UnitsOf(figures);
        if (units.Length < LeastUnits)
            return null;
        var drawn = Draw(figures, units, Draws, (draw, counts) =>
        {
            var random = SeededRandom.ForItem(seed, draw);
            for (var i = 0; i < counts.Length; i++)
                counts[random.Below(counts.Length)]++;
        });
        return drawn.All(values => values.Count(double.IsFinite) >= LeastFigures * Draws) ? drawn : null;
    }

    /// <summary>The value of each figure in every draw.</summary>
    /// <param name="figures">As above.</param>
    /// <param name="units">All their units.</param>
    /// <param name="draws">How many.</param>
    /// <param name="take">Counts how often each unit is in a draw.</param>
    internal static double[][] Draw(IReadOnlyList<UnitFigure> figures, string[] units, int draws, Action<int, int[]> take)
    {
        var computed = figures.Select(figure => figure.Over(units)).ToArray();
        var drawn = figures.Select(_ => new double[draws]).ToArray();
        Parallel.For(0, draws, draw =>
        {
            var counts = new int[units.Length];
            take(draw, counts);
            for (var f = 0; f < figures.Count; f++)
                drawn[f][draw] = computed[f](counts);
        });
        return drawn;
    }

    /// <summary>The middle 95% of some draws, between the two that are nearest; draws without a figure do not count.</summary>
    public static ConfidenceInterval Interval(ResampledUnit unit, int units, double[] drawn)
    {
        double[] sorted = [.. drawn.Where(double.IsFinite).Order()];
        return new ConfidenceInterval(unit, units, Quantile(sorted, Tail), Quantile(sorted, 1 - Tail));
    }

    /// <summary>Share of the draws in which a figure is below another.</summary>
    public static double ShareBelow(double[] first, double[] second) => first.Zip(second, (a, b) => a < b ? 1.0 : 0).Average();

    /// <summary>Share of the draws in which two figures are the same.</summary>
    public static double ShareEqual(double[] first, double[] second) => first.Zip(second, (a, b) => a == b ? 1.0 : 0).Average();

    private static double Quantile(double[] sorted, double share)
    {
        var place = share * (sorted.Length - 1);
        var below = (int)Math.Floor(place);
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }
}
