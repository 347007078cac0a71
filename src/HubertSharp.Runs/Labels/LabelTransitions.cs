namespace HubertSharp.Runs.Labels;

/// <summary>
/// How well one labelling's transitions predict another's: the sign of a common k-means that the frequencies alone cannot give.
/// </summary>
internal static class LabelTransitions
{
    /// <summary>Fewer transitions than this say nothing.</summary>
    public const long Fewest = 1000;

    // Weight of the frequencies against a row's own counts, in transitions; a few dozen is where the held-out gain is flat.
    private const double Smoothing = 20;

    /// <summary>
    /// Bits per transition by which counts of <paramref name="from"/> predict the next different label of <paramref name="to"/>
    /// better than its frequencies do. Both are [K, K] row by row. Null with fewer than <see cref="Fewest"/> transitions.
    /// </summary>
    public static double? GainBits(ReadOnlySpan<int> from, ReadOnlySpan<int> to, int clusters)
    {
        var frequency = new double[clusters]; // of being the next different label, one added to each
        var rowSums = new double[clusters];
        double total = clusters;
        Array.Fill(frequency, 1.0);
        for (var a = 0; a < clusters; a++)
        {
            for (var b = 0; b < clusters; b++)
            {
                var count = from[(a * clusters) + b];
                rowSums[a] += count;
                frequency[b] += count;
                total += count;
            }
        }
        double gain = 0;
        long transitions = 0;
        for (var a = 0; a < clusters; a++)
        {
            for (var b = 0; b < clusters; b++)
            {
                var times = to[(a * clusters) + b];
                if (times == 0)
                    continue;
                var prior = frequency[b] / (total - frequency[a]);
                var posterior = (from[(a * clusters) + b] + (Smoothing * prior)) / (rowSums[a] + Smoothing);
                gain += times * Math.Log2(posterior / prior);
                transitions += times;
            }
        }
        return transitions < Fewest ? null : gain / transitions;
    }
}
