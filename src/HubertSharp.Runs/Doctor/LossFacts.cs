namespace HubertSharp.Runs.Doctor;

/// <summary>The figures that the findings are drawn from, in bits.</summary>
internal sealed record LossFacts
{
    public required LossCurve Curve { get; init; }

    public required DoctorContext Context { get; init; }

    public double? Chance => Context.Clusters is { } k ? Math.Log2(k + 4) : null;

    /// <summary>The loss of knowing the frequencies only; the true one where the labels are known, else 0.3 bit below chance at most.</summary>
    public double? Unigram => Context.LabelEntropyBits ?? (Chance - 0.3);

    public required double? Final { get; init; }

    public required double? Valid { get; init; }

    public required (double Slope, double Error, double Noise)? Trend { get; init; }

    public required string Phase { get; init; }

    public required ReferenceRun? Reference { get; init; }

    public double? BitsExplained => Final is { } loss && Chance is { } chance ? 1 - (loss / chance) : null;

    public long Updates => Curve.LastUpdate;

    /// <summary>The run is over: all its updates are done, or the learning rate is back at nothing.</summary>
    public bool IsFinished => Context.MaxUpdate is { } max ? Updates >= max : Phase == "finished";

    /// <summary>
    /// Fewer than 3 windows or 100 updates say nothing; an unfinished run must have a fiftieth of its updates behind it, at most
    /// 1,000 (500 where the plan is not known).
    /// </summary>
    public bool IsTooEarly =>
        Curve.Series.Train.Count < 3 || Updates < 100
        || (!IsFinished && Updates < (Context.MaxUpdate is { } max ? Math.Clamp(max / 50, 100, 1000) : 500));

    /// <summary>Beyond two standard errors; <c>unclear</c> where the change over the quarter hides in the noise of one window.</summary>
    public string TrendName => Trend is not { } t ? "unclear"
        : t.Slope < -2 * t.Error ? "falling"
        : t.Slope > 2 * t.Error ? "rising"
        : 2 * t.Error * 0.25 * Updates < 0.1 ? "flat" : "unclear";

    public static LossFacts Of(LossCurve curve, DoctorContext context)
    {
        var valid = curve.Series.Valid.LastOrDefault(p => p.Prediction is { } l && double.IsFinite(l));
        return new LossFacts
        {
            Curve = curve,
            Context = context,
            Final = curve.Final,
            Valid = valid?.Prediction * curve.ToBits,
            Trend = curve.Trend(),
            Phase = curve.LearningRatePhase(),
            Reference = context.Clusters is { } k ? ReferenceRun.Nearest(k, curve.LastUpdate) : null,
        };
    }
}
