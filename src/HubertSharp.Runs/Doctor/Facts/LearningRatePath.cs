using HubertSharp.Runs.Doctor.Logs;

namespace HubertSharp.Runs.Doctor.Facts;

/// <summary>Where the learning rate stands on its way up and down, and how much learning it has allowed so far.</summary>
internal sealed record LearningRatePath
{
    private LearningRatePath()
    {
    }

    /// <summary><c>warmup</c>, <c>peak</c>, <c>decay</c>, <c>finished</c> or <c>unknown</c>.</summary>
    public required string Phase { get; init; }

    /// <summary>Highest rate so far; null where the log has none.</summary>
    public double? Peak { get; init; }

    public double? Last { get; init; }

    /// <summary>
    /// Learning rate times updates, summed: what small and large rates have in common. Null without rates, and for icefall, whose
    /// optimiser counts them otherwise.
    /// </summary>
    public double? Spent { get; init; }

    /// <summary>The usual length of a warm-up: 32,000 of 400,000 updates in the paper.</summary>
    public static long UsualWarmup(long updates) => Math.Max(1, (long)Math.Round(0.08 * updates));

    /// <param name="series">The log.</param>
    /// <param name="warmupUpdates">Updates in which the rate rises, where somebody says it.</param>
    /// <param name="restarts">The schedule is said to let the rate rise again.</param>
    public static LearningRatePath Of(MetricsSeries series, long? warmupUpdates, bool restarts)
    {
        var points = series.Train.Where(p => p.LearningRate is { } r && double.IsFinite(r) && r >= 0).ToList();
        if (points.Count == 0 || points.Max(p => p.LearningRate!.Value) is not (> 0 and var peak))
            return new LearningRatePath { Phase = "unknown" };
        double spent = 0;
        var before = (Update: 0.0, Rate: 0.0);
        foreach (var point in points)
        {
            // a log that begins late began with a rate of its own
            var rate = point.LearningRate!.Value;
            if (before.Update > 0 || point.Update <= 2000)
                spent += (point.Update - before.Update) * (rate + before.Rate) / 2;
            else
                spent += point.Update * rate / 2;
            before = (point.Update, rate);
        }
        return new LearningRatePath
        {
            Phase = PhaseOf([.. points.Select(p => p.LearningRate!.Value)], peak, points[^1].Update, warmupUpdates, restarts),
            Peak = peak,
            Last = points[^1].LearningRate,
            Spent = series.Format.HasOwnRates ? null : spent,
        };
    }

    private static string PhaseOf(double[] rates, double peak, long update, long? warmup, bool restarts)
    {
        // a rate that was down before and came up again may do so once more
        var restarted = restarts || Restarts(rates, peak);
        if (rates.Length > 1 && rates[^1] <= 0.01 * peak)
            return restarted ? "decay" : "finished";
        if (update < warmup)
            return "warmup";
        if (rates[^1] < 0.999 * peak)
            return "decay";
        return rates.Length == 1 ? "unknown" : rates[^2] < 0.999 * peak && !restarted ? "warmup" : "peak";
    }

    private static bool Restarts(double[] rates, double peak)
    {
        var (high, low) = (false, false);
        foreach (var rate in rates)
        {
            high |= rate >= 0.5 * peak;
            low |= high && rate <= 0.1 * peak;
            if (low && rate >= 0.5 * peak)
                return true;
        }
        return false;
    }
}
