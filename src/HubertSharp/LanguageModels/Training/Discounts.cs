namespace HubertSharp.LanguageModels.Training;

/// <summary>
/// Modified Kneser-Ney's discounts of one order (Chen and Goodman 1998, equation 26): D_j = j - (j + 1) Y n_(j+1) / n_j with
/// Y = n_1 / (n_1 + 2 n_2), for counts of 1, 2, and 3 or more.
/// </summary>
/// <param name="One">Of what was counted once.</param>
/// <param name="Two">Twice.</param>
/// <param name="ThreeOrMore">More often.</param>
/// <param name="IsFallback">They were given, because the counts allow no estimate.</param>
internal sealed record Discounts(double One, double Two, double ThreeOrMore, bool IsFallback)
{
    /// <summary>What lmplz takes where it falls back and nobody says otherwise.</summary>
    public static double[] Fallback { get; } = [0.5, 1, 1.5];

    public double Of(ulong count) => count switch
    {
        0 => 0,
        1 => One,
        2 => Two,
        _ => ThreeOrMore,
    };

    /// <summary>Estimates them from how many n-grams were counted once, twice, three and four times.</summary>
    /// <param name="order">For messages.</param>
    /// <param name="counts">By count, from 1; adjusted ones.</param>
    /// <param name="fallback">What to take where no estimate is possible; null refuses.</param>
    public static Discounts Of(int order, ReadOnlySpan<long> counts, IReadOnlyList<double>? fallback)
    {
        Span<double> discounts = stackalloc double[3];
        var y = counts[0] / (counts[0] + (2.0 * counts[1]));
        for (var j = 1; j <= 3; j++)
        {
            var discount = discounts[j - 1] = j - ((j + 1) * y * counts[j] / counts[j - 1]);
            if (counts[j - 1] != 0 && discount >= 0 && discount <= j)
                continue;
            return fallback is null
                ? throw (counts[j - 1] == 0 ? LanguageModelFaults.NoDiscount(order, j) : LanguageModelFaults.Discount(order, j, discount))
                : new Discounts(fallback[0], fallback[1], fallback[2], IsFallback: true);
        }
        return new Discounts(discounts[0], discounts[1], discounts[2], IsFallback: false);
    }
}
