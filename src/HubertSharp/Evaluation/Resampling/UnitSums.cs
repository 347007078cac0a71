namespace HubertSharp.Evaluation.Resampling;

/// <summary>
/// A figure as a quotient of sums over units, so that drawing the units anew is adding up again: (Numerator + Σ numerators) / (Denominator
/// + Σ denominators).
/// </summary>
/// <param name="Numerator">What no unit has to do with.</param>
/// <param name="Denominator">The same below the line.</param>
/// <param name="Units">Numerator and denominator of each unit, by its name.</param>
internal sealed record UnitSums(
    double Numerator, double Denominator, IReadOnlyDictionary<string, (double Numerator, double Denominator)> Units)
    : UnitFigure
{
    public override IReadOnlyCollection<string> Names => [.. Units.Keys];

    public override double Value => (Numerator + Units.Values.Sum(u => u.Numerator)) / (Denominator + Units.Values.Sum(u => u.Denominator));

    /// <summary>What the figure can be at least, whatever is drawn.</summary>
    private double Least { get; init; } = double.NegativeInfinity;

    /// <summary>What it can be at most.</summary>
    private double Most { get; init; } = double.PositiveInfinity;

    public override Func<int[], double> Over(string[] units)
    {
        (double Numerator, double Denominator)[] parts = [.. units.Select(unit => Units.GetValueOrDefault(unit))];
        return counts =>
        {
            var (above, below) = (Numerator, Denominator);
            for (var i = 0; i < counts.Length; i++)
            {
                above += counts[i] * parts[i].Numerator;
                below += counts[i] * parts[i].Denominator;
            }
            return Math.Clamp(above / below, Least, Most);
        };
    }

    /// <summary>A figure that is a quotient of sums over its units and nothing else.</summary>
    public static UnitSums Quotient(IEnumerable<(string Unit, double Numerator, double Denominator)> parts)
    {
        var units = new Dictionary<string, (double Numerator, double Denominator)>(StringComparer.Ordinal);
        foreach (var (unit, numerator, denominator) in parts)
        {
            var sum = units.GetValueOrDefault(unit);
            units[unit] = (sum.Numerator + numerator, sum.Denominator + denominator);
        }
        return new UnitSums(0, 0, units);
    }

    /// <summary>A share that changes by the influences of its units, which sum to 0, to the first order.</summary>
    public static UnitSums Linear(double value, IEnumerable<(string Unit, double Influence)> influences) =>
        Quotient(influences.Select(i => (i.Unit, i.Influence, 0.0))) with
        {
            Numerator = value,
            Denominator = 1,
            Least = 0,
            Most = 1,
        };
}
