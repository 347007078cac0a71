using HubertSharp.Runs.Doctor.Logs;

namespace HubertSharp.Runs.Doctor.Facts;

/// <summary>The number of clusters, and where need be the unit, as the first loss tells them.</summary>
/// <param name="Clusters">The likeliest K.</param>
/// <param name="Unit">The unit it goes with.</param>
/// <param name="Share">Its share of all explanations: 1 is certain.</param>
/// <param name="Second">The next likely K.</param>
/// <param name="PenaltyBits">What the features penalty must have added for it; 0 where the log tells the penalty apart.</param>
internal sealed record ClassGuess(int Clusters, string Unit, double Share, int Second, double PenaltyBits)
{
    /// <summary>A fresh head lies this far above chance.</summary>
    private const double FreshHead = 0.07;

    // How often each K is used in public recipes; 100 (MFCC) and 500 (layers) are HuBERT's own.
    private static readonly (int Clusters, double Prior)[] Usual =
    [
        (25, 0.01), (50, 0.03), (64, 0.01), (100, 0.34), (128, 0.01), (200, 0.05), (256, 0.02), (300, 0.01), (500, 0.34), (512, 0.01),
        (1000, 0.05), (1024, 0.01), (2000, 0.03), (2048, 0.005), (3000, 0.005), (4096, 0.005), (5000, 0.005),
    ];

    /// <summary>
    /// Null where the log does not begin early, where its head is no fresh one of this kind, or where no usual K explains its level.
    /// </summary>
    /// <param name="unit">The unit where it is known.</param>
    public static ClassGuess? Of(MetricsSeries series, int specialClasses, string? unit)
    {
        var first = series.First;
        if (series.LossIsSum
            || series.Format.IsOneBatch // one batch scatters too far
            || series.Objective is not (TrainingObjective.MaskedPrediction or TrainingObjective.Unknown))
            return null;
        var isSplit = first.LossMasked is not null || first.Penalty is not null;
        if ((isSplit ? first.LossMasked ?? first.Loss - first.Penalty : first.Loss) is not { } level
            || !double.IsFinite(level)
            || first.Update > (isSplit ? 300 : 2000))
            return null;
        var settled = Settled(series);
        var scores = new List<(int Clusters, string Unit, double Score, double Penalty)>();
        foreach (var (name, toBits, prior) in new[] { ("bits", 1.0, 0.85), ("nats", 1 / Math.Log(2), 0.15) })
        {
            if (unit is not null && unit != name)
                continue;
            foreach (var (clusters, usual) in Usual)
            {
                var chance = Math.Log2(clusters + (name == "nats" ? 0 : specialClasses));
                var above = (level * toBits) - chance - FreshHead;
                // once the penalty is gone the loss lies at chance or below it
                var late = settled * toBits > chance + 0.25 ? 0.02 : 1;
                // and rarely far below it so soon: a loss that jumps there may be another one's chance
                late = settled * toBits < chance - 1.5 ? 0.2 * late : late;
                scores.Add((clusters, name, prior * usual * late * (isSplit ? Density(above, 0, 0.05) : Unsplit(above, first.Update)),
                    isSplit ? 0 : Math.Max(0, above)));
            }
        }
        var ranked = scores.OrderByDescending(s => s.Score).ToList();
        var (best, total) = (ranked[0], ranked.Sum(s => s.Score));
        // a level that even the best K explains badly is no fresh model's
        if (best.Score < (isSplit ? 1e-4 : 2e-3) || best.Score < 0.5 * total)
            return null;
        var share = scores.Where(s => s.Clusters == best.Clusters).Sum(s => s.Score) / total;
        var second = ranked.First(s => s.Clusters != best.Clusters).Clusters;
        return new ClassGuess(best.Clusters, best.Unit, share, second, best.Penalty > 0.3 ? best.Penalty : 0);
    }

    // Median loss of the updates right after the penalty; null with fewer than two lines there.
    private static double? Settled(MetricsSeries series)
    {
        var losses = series.Train.Where(p => p.Update is >= 600 and <= 4000).Select(p => p.Prediction).OfType<double>()
            .Where(double.IsFinite).Order().ToArray();
        return losses.Length < 2 ? null : losses[losses.Length / 2];
    }

    // The penalty is in the first window's mean (2 to 5 bits at the start, 2.2 over 200 updates, gone after 600), unless the value
    // was read off a smoothed curve or taken later.
    private static double Unsplit(double above, long update)
    {
        var (mean, share) = update <= 20 ? (2.7, 0.9) : update <= 250 ? (2.2, 0.9) : update <= 600 ? (1.0, 0.6) : (0.2, 0.05);
        return (share * Density(above, mean, 0.7)) + ((1 - share) * Density(above, 0, 0.12));
    }

    private static double Density(double x, double mean, double sigma) =>
        Math.Exp(-0.5 * (x - mean) * (x - mean) / (sigma * sigma)) / (sigma * 2.5066);
}
