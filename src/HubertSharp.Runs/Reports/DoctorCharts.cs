using HubertSharp.Runs.Doctor;
using HubertSharp.Runs.Doctor.Facts;
using HubertSharp.Runs.Doctor.Logs;
using HubertSharp.Runs.Languages;

namespace HubertSharp.Runs.Reports;

/// <summary>
/// The charts of one run: loss with chance, label entropy and the published band; accuracies; languages; what drives the optimiser.
/// </summary>
public static class DoctorCharts
{
    /// <summary>A chart gets no finer with more points than it has pixels.</summary>
    private const int MaximumPoints = 800;

    /// <summary>Charts with something to show, in the order of the page.</summary>
    /// <param name="run">The curves.</param>
    /// <param name="report">What the doctor made of them.</param>
    /// <param name="language">Language of the labels.</param>
    public static IReadOnlyList<ChartData> Of(DoctorCase run, LossReport report, ReportLanguage language)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(report);
        var t = new ReportTexts(language);
        var train = Thin(run.Series.Train);
        IReadOnlyList<MetricPoint> valid = ReferenceEquals(run.Series.Valid, run.Series.Train) ? [] : Thin(run.Series.Valid);
        var toBits = report.Unit == "nats" ? 1 / Math.Log(2) : 1;
        var hasBits = report.Unit != "sum"
            && report.Objective is TrainingObjective.MaskedPrediction or TrainingObjective.Unknown or TrainingObjective.Contrastive;
        var isSplit = run.Series.Train.Any(p => p.LossMasked is not null);
        var lossName = hasBits ? isSplit ? t.MaskedLossBits : t.LossBits : t.Judged(report.IsMelError);

        var loss = Chart("loss", lossName)
            .Line(t.Train, Points(train, p => p.Prediction * toBits))
            .Line(t.Valid, Points(valid, p => p.Prediction * toBits), dots: true)
            .Level(report.ChanceBits is { } c ? $"{t.Chance} {c:0.00}" : "", report.ChanceBits)
            .Level(report.LabelEntropyBits is { } h ? $"{t.LabelEntropy} {h:0.00}" : "", report.LabelEntropyBits)
            .Between(t.PublishedRuns, Band(run, report, train));
        var parts = Chart("first_updates", t.LossParts, fromZero: true);
        if (isSplit && run.Series.Train.Any(p => p.Penalty is not null))
        {
            var early = run.Series.Train.TakeWhile((p, i) => i < 8 || p.Update <= Math.Min(2000, report.Updates / 5)).ToList();
            parts.Line(t.WholeLoss, Points(early, p => p.Loss * toBits)).Line(t.MaskedLoss, Points(early, p => p.LossMasked * toBits))
                .Line(t.Penalty, Points(early, p => p.Penalty * toBits));
        }
        var languages = Chart("languages", t.Parts(t.MaskedLossBits, t.Language));
        foreach (var name in report.Languages.Select(l => l.Name).Take(4))
            languages.Line(t.LanguageName(name),
                Points(train, p => p.Languages.TryGetValue(name, out var figures) ? figures.Loss * toBits : null));
        var errors = Chart("error_rate", t.ErrorRate, fromZero: true).Line("WER", Points(valid, p => p[Metric.WordErrorRate]))
            .Line("UER", Points(valid, p => p[Metric.UnitErrorRate]));
        foreach (var name in report.ErrorsByLanguage.Select(l => l.Name).Take(4))
            errors.Line(t.Parts("UER", t.LanguageName(name)),
                Points(valid, p => p.Languages.TryGetValue(name, out var figures) ? figures.SymbolErrors : null));
        ChartData[] charts =
        [
            loss, parts,
            Chart("accuracy", t.Accuracy, fromZero: true, percent: true)
                .Line(t.MaskedAccuracy, Points(train, p => p.AccuracyMasked))
                .Line(run.Series.Format == LogFormat.HubertSharp ? t.SampledUnmaskedAccuracy : t.UnmaskedAccuracy,
                    Points(train, p => p.AccuracyUnmasked))
                .Line(t.Parts(t.MaskedAccuracy, t.Valid), Points(valid, p => p.AccuracyMasked), dots: true)
                .Line(t.Accuracy, Points(train, p => p[Metric.Accuracy])),
            languages,
            errors,
            Chart("gradient_norm", t.GradientNorm, fromZero: true).Line(t.GradientNorm, Points(train, p => p.GradientNorm)),
            Chart("learning_rate", t.LearningRate, fromZero: true).Line(t.LearningRate, Points(train, p => p.LearningRate)),
            Chart("loss_scale", t.LossScale, fromZero: true).Line(t.LossScale, Points(train, p => p.LossScale)),
            Chart("codebook", t.CodePerplexity, fromZero: true).Line(t.CodePerplexity, Points(train, p => p[Metric.CodePerplexity])),
        ];
        return [.. charts.Where(x => x.Lines.Count > 0)];

        ChartData Chart(string name, string label, bool fromZero = false, bool percent = false) =>
            new() { Name = name, Title = label, XLabel = t.Update, YLabel = label, FromZero = fromZero, Percent = percent };
    }

    // Where published runs of about the same length stood, as far along the curve as there are any.
    private static IEnumerable<(double X, double Low, double High)> Band(
        DoctorCase run, LossReport report, IReadOnlyList<MetricPoint> train)
    {
        if (report is not { ChanceBits: { } chance, Clusters: { } clusters })
            return [];
        return train.Select(p => (p.Update, Place: ReferencePlace.Of(run.Context with { Clusters = clusters }, p.Update, 1)))
            .Where(p => p.Place is not null).Select(p => ((double)p.Update, p.Place!.Lowest * chance, p.Place.Highest * chance));
    }

    private static IEnumerable<(double X, double Y)> Points(IEnumerable<MetricPoint> curve, Func<MetricPoint, double?> value) =>
        curve.Where(p => value(p) is not null).Select(p => ((double)p.Update, value(p)!.Value));

    private static IReadOnlyList<MetricPoint> Thin(IReadOnlyList<MetricPoint> points)
    {
        var step = Math.Max(1, (points.Count + MaximumPoints - 1) / MaximumPoints);
        return step == 1 ? points : [.. points.Where((_, i) => i % step == 0 || i == points.Count - 1)];
    }
}
