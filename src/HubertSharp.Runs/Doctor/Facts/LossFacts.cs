using HubertSharp.Runs.Doctor.Logs;

namespace HubertSharp.Runs.Doctor.Facts;

/// <summary>The figures that the findings are drawn from; losses in bits where <see cref="IsScaled"/>.</summary>
internal sealed record LossFacts
{
    /// <summary>Distractors of wav2vec 2.0's public recipes.</summary>
    private const int UsualNegatives = 100;

    public required MetricsSeries Series { get; init; }

    public required LossCurve Curve { get; init; }

    public required DoctorContext Context { get; init; }

    public required LossUnit Unit { get; init; }

    /// <summary>The guess that <see cref="DoctorContext.Clusters"/> is from; null where K is known, or could not be guessed.</summary>
    public required ClassGuess? Guess { get; init; }

    public required LearningRatePath Rate { get; init; }

    public required double? Final { get; init; }

    /// <summary>Last validation.</summary>
    public required double? Valid { get; init; }

    public required (double Slope, double Error, double Noise)? Trend { get; init; }

    /// <summary>Scatter around the trend; the curve's own where a trend over few lines takes their bend for scatter.</summary>
    public double? TrendNoise => Trend is not { } t ? null : Math.Min(t.Noise, Curve.Losses.Length >= 4 ? Curve.Noise : t.Noise);

    public required (double Loss, double Update, int Width)? Best { get; init; }

    public required ReferencePlace? Place { get; init; }

    public TrainingObjective Objective => Context.Objective ?? Series.Objective;

    /// <summary>Naming clusters of masked frames, as far as the log shows.</summary>
    public bool IsMasked => Objective is TrainingObjective.MaskedPrediction or TrainingObjective.Unknown;

    /// <summary>The losses are bits per target, so that their level means something.</summary>
    public bool IsScaled => Unit.Name != "sum" && (IsMasked || Objective == TrainingObjective.Contrastive);

    /// <summary>A step that counts as one bit would: for a loss of another kind a third of the way from its start to its best.</summary>
    public double Step => IsScaled || Curve.Losses.Length == 0 ? 1
        : Math.Max((Curve.Losses[0] - (Best?.Loss ?? Curve.Losses.Min())) / 3, 0.02 * Math.Max(1e-6, Math.Abs(Curve.Losses[0])));

    /// <summary>The loss of guessing.</summary>
    public double? Chance => !IsScaled ? null
        : Objective == TrainingObjective.Contrastive ? Math.Log2(1 + (Series.Hints.Negatives ?? UsualNegatives))
        : Context.Clusters is { } k ? Math.Log2(k + Context.SpecialClasses) : null;

    /// <summary>The chance that may be told: among distractors whose number nobody says it is a guess, fit for comparing only.</summary>
    public double? ToldChance => Objective == TrainingObjective.Contrastive && Series.Hints.Negatives is null ? null : Chance;

    /// <summary>Entries of the codebook in use, as a perplexity; wav2vec's scripts call it that and no more.</summary>
    public double? CodePerplexity => Curve.FinalMean(p => p[Metric.CodePerplexity])
        ?? (Objective == TrainingObjective.Contrastive ? Curve.FinalMean(p => p.Perplexity) : null);

    /// <summary>
    /// Neither loss nor gradient is left, after there had been some: a quarter of a thousandth of the start, and a gradient that moves
    /// nothing.
    /// </summary>
    public bool HasVanished => Curve.Losses.Length >= 3
        && Final is { } final
        && (final == 0 || (Curve.Losses.Max() is > 0 and var most && Math.Abs(final) < 2.5e-4 * most)
            || Curve.FinalMean(p => p[Metric.ContrastiveLoss] ?? p[Metric.FirstPart]) is < 1e-6 and > -1e-6)
        && Curve.FinalMean(p => p.GradientNorm) is < 1e-5;

    /// <summary>
    /// The loss of knowing the frequencies only; the true one where the labels are known, else 0.3 bit below chance at most.
    /// </summary>
    public double? Unigram => Objective == TrainingObjective.Contrastive ? Chance : Context.LabelEntropyBits ?? (Chance - 0.3);

    /// <summary>How far below the unigram level the loss must be to show learning.</summary>
    public double Margin => Math.Max(0.05, 3 * Curve.FinalError);

    public double? BitsExplained => Final is { } loss && Chance is { } chance ? 1 - (loss / chance) : null;

    public long Updates => Curve.LastUpdate;

    /// <summary>The run is over: all its updates are done, the learning rate is back at nothing, or the program said so.</summary>
    public bool IsFinished => (Context.MaxUpdate is { } max && Updates >= max) || Rate.Phase == "finished" || Series.Hints.IsDone;

    /// <summary>Masked accuracy at the end.</summary>
    public double? Accuracy => Curve.FinalMean(p => Objective == TrainingObjective.Contrastive ? p[Metric.Accuracy] : p.AccuracyMasked);

    /// <summary>Share of the commonest cluster: the accuracy of always naming it.</summary>
    public double? CommonestShare =>
        Context.Histogram.Count > 0 && Context.Histogram.Sum() is > 0 and var sum ? Context.Histogram.Max() / (double)sum : null;

    /// <summary>A loss next to 0: the task is none. Labels that carry information cannot be predicted to a tenth of it.</summary>
    public bool IsTrivial => IsScaled && Final is { } loss && (loss < 0.08 * (Chance ?? 5) || (loss < 1 && Accuracy > 0.95));

    /// <summary>No gradient arrives, and the loss stands at chance.</summary>
    public bool IsDead => IsScaled && Updates >= 200 && Final > Unigram - Margin && Curve.Median(p => p.GradientNorm, 0.8) < 1e-3;

    /// <summary>Word error rates in percent with their updates; unit error rates where there are no words.</summary>
    public IReadOnlyList<(double Update, double Value)> ErrorRates =>
        Rates(Metric.WordErrorRate) is { Count: > 0 } words ? words : Rates(Metric.UnitErrorRate);

    /// <summary>Unit error rates in percent with their updates.</summary>
    public IReadOnlyList<(double Update, double Value)> UnitErrorRates => Rates(Metric.UnitErrorRate);

    /// <summary>The loss, or where its level is unknown the accuracy, shows that the model uses its input.</summary>
    public bool HasLearnt => !IsConstant && (IsMasked ? HasLearntMasked : IsScaled ? IsBelow(Chance) : HasLearntShape);

    /// <summary>Mean figures of the last tenth of the lines (ten at least) by language; null where the log does not split them.</summary>
    public IReadOnlyList<LanguageLevel>? Languages { get; private init; }

    /// <summary>Errors of the last validation by language; empty where the log does not split them.</summary>
    public IReadOnlyList<LanguageErrors> ErrorsByLanguage { get; private init; } = [];

    /// <summary>Last losses of the label sets after the first, in bits.</summary>
    public IReadOnlyList<double> OtherSets =>
        [.. (Series.Train.LastOrDefault(p => p.OtherSets.Count > 0)?.OtherSets ?? []).Select(l => l * Unit.ToBits)];

    /// <summary>Beyond three standard errors; <c>unclear</c> where the change over the quarter hides in the noise of one line.</summary>
    public string TrendName => Trend is not { } t ? "unclear"
        : t.Slope < -3 * t.Error ? "falling"
        : t.Slope > 3 * t.Error ? "rising"
        : 3 * t.Error * 0.25 * Updates < 0.15 * Step ? "flat" : "unclear";

    /// <summary>
    /// Too little to say anything: fewer than 3 lines or 100 updates, or less than a fiftieth of an unfinished run (at most 1,000
    /// updates; 500 where the plan is not known). A loss that is clearly learnt from is evidence at any length.
    /// </summary>
    public bool IsTooEarly => !HasLearnt && (Curve.Losses.Length < 3 || Updates < 100
        || (!IsFinished && Updates < (Context.MaxUpdate is { } max ? Math.Clamp(max / 50, 100, 1000) : 500)));

    // Unknown classes: no usual K of 40 or more has its frequencies below 4.5 bits (3.1 nats); a loss of unknown unit must be below either.
    // The first update or two are no training: there so low a loss is the chance of a few classes.
    private bool IsBelowUsual =>
        Final < (Unit.From == "assumed" ? 3 : 4.5) && !IsLevelFromStart && (Updates >= 100 || Curve.Losses.Length >= 5);

    private bool HasLearntMasked =>
        Unit.Name != "sum" && (Unigram is { } unigram ? IsBelow(unigram) : IsBelowUsual)
            || (Unigram is null && HasFallenLate)
            || (Accuracy > AccuracyOfLearning
                && Curve.Median(p => p.AccuracyMasked, 0.75) > AccuracyOfLearning
                && (Chance is null || Final < Chance));

    /// <summary>
    /// The loss fell by a bit, and by a sixth, after update 2,000. Penalty and frequencies are learnt by then, so that it is context,
    /// whatever the number of clusters.
    /// </summary>
    private bool HasFallenLate => Unit.Name != "sum" && Curve.Losses.Zip(Curve.Updates).Where(p => p.Second >= 2000).Select(p => p.First)
            .Take(3).ToArray() is { Length: 3 } early
        && early.Average() - Final is var fall
        && fall > Math.Max(1, 10 * Curve.Noise)
        && fall > early.Average() / 6;

    /// <summary>
    /// A log that holds its run's beginning, and whose loss has stood there ever since: a low level may then be the chance of a few
    /// classes. The first updates, which hold the penalty, are left out.
    /// </summary>
    public bool IsLevelFromStart => Curve.Losses.Length >= 5 && Series.First.Update <= 2000 && Final is { } final
        && Curve.Losses.Zip(Curve.Updates).Where(p => p.Second >= Math.Min(600, 0.1 * Updates)).Select(p => p.First).Take(3)
            .ToArray() is { Length: 3 } early
        && early.Average() - final <= Math.Max(0.03 * Math.Abs(final), 3 * Curve.Noise);

    /// <summary>The same loss to the last digit in every line: no training writes that.</summary>
    public bool IsConstant => Curve.Losses.Length >= 10 && ErrorRates.Count == 0 && Curve.Losses.All(l => l == Curve.Losses[0]);

    private double AccuracyOfLearning => Math.Max(0.1, 2 * (CommonestShare ?? 0.04));

    // The last twentieth of a short log is a line or two; where they scatter too much to tell, the last quarter may.
    private bool IsBelow(double? level) =>
        Final < level - Margin || (Final < level && Curve.Late is var (late, error) && late < level - Math.Max(0.05, 3 * error));

    private bool HasLearntShape =>
        ErrorRates is [.., var (_, rate)] ? rate < 95 : Curve.Losses.Length >= 5 && Final < Curve.Losses[0] - (2 * Step);

    private IReadOnlyList<(double Update, double Value)> Rates(Metric metric)
    {
        IReadOnlyList<(double Update, double Value)> valid =
        [
            .. Series.Valid.Where(p => p[metric] is { } v && double.IsFinite(v)).Select(p => ((double)p.Update, p[metric]!.Value)),
        ];
        var rates = valid.Count > 0 ? valid : Curve.Values(p => p[metric]);
        // fairseq logs percent, ESPnet's shares are made percent by its reader; elsewhere both occur
        var areShares = Series.Format.MayLogShares && rates.Count > 0
            && rates.Select(r => r.Value).Order().ElementAt(rates.Count / 2) <= 1.5;
        return areShares ? [.. rates.Select(r => (r.Update, 100 * r.Value))] : rates;
    }

    // what the last validation says; one that was frozen or at its blanks says as much
    private static List<LanguageErrors> ErrorsOf(MetricsSeries series, double toBits) =>
    [
        .. series.Valid.Where(p => p.Languages.Values.Any(l => l.SymbolErrors is not null)).TakeLast(1).SelectMany(p => p.Languages)
            .Where(l => l.Value.SymbolErrors is not null).OrderBy(l => l.Key, StringComparer.Ordinal)
            .Select(l => new LanguageErrors(l.Key, l.Value.SymbolLoss * toBits, l.Value.SymbolErrors!.Value, l.Value.WordErrors)),
    ];

    private static List<LanguageLevel>? LanguagesOf(MetricsSeries series, double toBits)
    {
        var points = series.Train.Where(p => p.Languages.Count > 0).ToList();
        points = points[^Math.Min(points.Count, Math.Max(10, points.Count / 10))..]; // the tenth of a short log is a line or two
        if (points.Count == 0)
            return null;
        return [.. points.SelectMany(p => p.Languages).GroupBy(l => l.Key, StringComparer.Ordinal)
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => (g.Key, Losses: g.Select(l => l.Value.Loss).OfType<double>().Where(double.IsFinite).ToList(),
                Accuracies: g.Select(l => l.Value.Accuracy).OfType<double>().ToList()))
            .Where(g => g.Losses.Count > 0)
            .Select(g => new LanguageLevel(g.Key, g.Losses.Average() * toBits, g.Accuracies.Count > 0 ? g.Accuracies.Average() : null)
            {
                ErrorBits = g.Losses.Count < 4 ? null : LossCurve.NoiseOf([.. g.Losses]) * toBits / Math.Sqrt(g.Losses.Count),
            })];
    }

    public static LossFacts Of(MetricsSeries series, DoctorContext context)
    {
        var known = context.Unit ?? (series.LogUnit == "unknown" ? null : series.LogUnit);
        var guess = context.Clusters is null || known is null ? ClassGuess.Of(series, context.SpecialClasses, known) : null;
        if (context.Clusters is { } clusters && guess?.Clusters != clusters)
            guess = null; // it explains nothing about the K that is known
        var unit = LossUnit.Of(series, context, guess);
        if (context.Clusters is null && guess is not null && guess.Unit == unit.Name)
            context = context with
            {
                Clusters = guess.Clusters,
                ClustersFrom = "first loss",
                SpecialClasses = unit.Name == "nats" ? 0 : context.SpecialClasses,
            };
        else if (context.ClustersFrom != "first loss")
            guess = null;
        var curve = new LossCurve(series, unit.ToBits);
        var valid = series.Valid.LastOrDefault(p => p.Prediction is { } l && double.IsFinite(l));
        var facts = new LossFacts
        {
            Series = series,
            Curve = curve,
            Context = context,
            Unit = unit,
            Guess = guess,
            Rate = LearningRatePath.Of(series, context.WarmupUpdates, context.RateRestarts),
            Final = curve.Final,
            Valid = ReferenceEquals(series.Valid, series.Train) ? null : valid?.Prediction * unit.ToBits,
            Trend = curve.Trend(),
            Best = curve.Best(),
            Place = null,
            Languages = LanguagesOf(series, unit.ToBits),
            ErrorsByLanguage = ErrorsOf(series, unit.ToBits),
        };
        return facts is { IsMasked: true, Chance: { } chance, Final: { } final }
            ? facts with { Place = ReferencePlace.Of(context, curve.LastUpdate, final / chance) }
            : facts;
    }
}
