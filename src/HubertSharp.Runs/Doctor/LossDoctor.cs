using HubertSharp.Runs.Reports;

namespace HubertSharp.Runs.Doctor;

/// <summary>
/// Explains a pre-training loss: what it is made of, where it stands between chance and what the labels allow, whether it is
/// normal, and what to do next. Says no more than the log shows: few updates or missing facts give fewer findings.
/// </summary>
public static class LossDoctor
{
    private const double NatToBit = 1.4426950408889634;

    /// <summary>Judges a run from its curves and what is known about it.</summary>
    public static LossReport Examine(MetricsSeries series, DoctorContext context, ReportLanguage language = ReportLanguage.English)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(context);
        var (unit, unitFrom) = LossUnit.Of(series);
        var toBits = unit == "nats" ? NatToBit : 1;
        if (context.Clusters is null && LossUnit.InferClusters(series, toBits) is { } inferred)
            context = context with { Clusters = inferred, ClustersFrom = "first loss" };
        var curve = new LossCurve(series, toBits);
        var facts = LossFacts.Of(curve, context);
        var texts = new DoctorTexts(language);
        var findings = LossFindings.Of(facts, texts).ToList();
        var verdict = Verdict(facts, findings);
        var first = series.Train[0];
        return new LossReport
        {
            Verdict = verdict,
            Summary = texts.Summary(verdict, facts, findings),
            Findings = [.. findings.OrderByDescending(f => f.Level)],
            Unit = unit,
            UnitFrom = unitFrom,
            Clusters = context.Clusters,
            Classes = context.Clusters + 4,
            ClassesFrom = context.ClustersFrom,
            ChanceBits = facts.Chance,
            LabelEntropyBits = context.LabelEntropyBits,
            Updates = curve.LastUpdate,
            MaxUpdate = context.MaxUpdate,
            First = new FirstWindow(first.Update, Finite(first.Loss * toBits), Finite(first.Prediction * toBits), Finite(first.Penalty * toBits)),
            FinalLossBits = facts.Final,
            LastWindowLossBits = curve.Losses.Length > 0 ? curve.Losses[^1] : null,
            ValidLossBits = facts.Valid,
            BitsExplained = facts.BitsExplained,
            Perplexity = facts.Final is { } loss ? Math.Pow(2, loss) : null,
            TrendBitsPer1000Updates = facts.Trend is { } t ? 1000 * t.Slope : null,
            Trend = facts.TrendName,
            NoiseBits = facts.Trend?.Noise,
            MaskedAccuracy = curve.FinalMean(p => p.AccuracyMasked),
            UnmaskedAccuracy = curve.FinalMean(p => p.AccuracyUnmasked),
            LearningRatePhase = facts.Phase,
            GradientNorm = curve.Median(p => p.GradientNorm, 0.9),
            Reference = facts.Reference,
        };
    }

    private static LossVerdict Verdict(LossFacts facts, List<LossFinding> findings) =>
        findings.Any(f => f.Level == FindingLevel.Broken) ? LossVerdict.Broken
        : facts.IsTooEarly ? LossVerdict.TooEarly
        : findings.Any(f => f.Level == FindingLevel.Watch) ? LossVerdict.Watch
        : LossVerdict.Normal;

    private static double? Finite(double? value) => value is { } v && double.IsFinite(v) ? v : null;
}
