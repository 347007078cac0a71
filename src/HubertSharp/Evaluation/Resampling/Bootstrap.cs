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

    /// <summary>The names of all units of some figures, in ordinal order.</summary>
    public static string[] UnitsOf(IReadOnlyList<UnitSums> figures) =>
        [.. figures.SelectMany(f => f.Units.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>The value of each figure in every draw; null where there are too few units.</summary>
    /// <param name="figures">Figures over the same units; one without a unit that another has is not touched by it.</param>
    /// <param name="seed">Decides what is drawn.</param>
    public static double[][]? Draw(IReadOnlyList<UnitSums> figures, long seed)
    {
        var units = UnitsOf(figures);
        if (units.Length < LeastUnits)
            return null;
        var parts = figures.Select(f => units.Select(u => f.Units.GetValueOrDefault(u)).ToArray()).ToArray();
        var drawn = figures.Select(_ => new double[Draws]).ToArray();
        Parallel.For(0, Draws, draw =>
        {
            var random = SeededRandom.ForItem(seed, draw);
            var counts = new int[units.Length];
            for (var i = 0; i < units.Length; i++)
                counts[random.Below(units.Length)]++;
            for (var f = 0; f < figures.Count; f++)
            {
                var (above, below) = (figures[f].Numerator, figures[f].Denominator);
                for (var i = 0; i < counts.Length; i++)
                {
                    above += counts[i] * parts[f][i].Numerator;
                    below += counts[i] * parts[f][i].Denominator;
                }
                drawn[f][draw] = above / below;
            }
        });
        return drawn;
    }

    /// <summary>The middle 95% of some draws, between the two that are nearest; draws without a figure do not count.</summary>
    public static ConfidenceInterval Interval(ResampledUnit unit, int units, double[] drawn)
    {
        double[] sorted = [.. drawn.Where(double.IsFinite).Order()];
        return new ConfidenceInterval(unit, units, Quantile(sorted, Tail), Quantile(sorted, 1 - Tail));
    }

    private static double Quantile(double[] sorted, double share)
    {
        var place = share * (sorted.Length - 1);
        var below = (int)Math.Floor(place);
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }
}
