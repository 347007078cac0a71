using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Doctor;
using HubertSharp.Runs.Doctor.Logs;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Languages;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Runs.Reports;

/// <summary>Reads what a report says of one pre-training from its run folder.</summary>
public static class IterationReader
{
    /// <summary>A chart gets no finer with more points than it has pixels.</summary>
    private const int MaximumPoints = 600;

    /// <summary>Reads the folder and lets the doctor judge the loss.</summary>
    /// <param name="runFolder">The run folder.</param>
    /// <param name="number">The iteration, from 1.</param>
    /// <param name="source">What its labels are clusters of.</param>
    /// <param name="parameters">Parameters of the model.</param>
    /// <exception cref="UserException">No metrics there, or damaged.</exception>
    public static IterationSummary Read(string runFolder, int number, FeatureSource source, long parameters)
    {
        var folder = RunFolder.Open(runFolder);
        var labels = LabelSummary.Read(folder.LabelsPath)[0];
        var (_, series, context, _) = DoctorInput.Read(folder.Path);
        var report = LossDoctor.Examine(series, context);
        var toBits = report.Unit == "nats" ? 1 / Math.Log(2) : 1;
        return new IterationSummary
        {
            Number = number,
            Source = source,
            Clusters = labels.Clusters,
            LabelRate = labels.LabelRate,
            ChanceBits = report.ChanceBits ?? Math.Log2(labels.Clusters + 4),
            LabelEntropyBits = labels.EntropyBits,
            Updates = report.Updates,
            Parameters = parameters,
            FirstLossBits = report.First.PredictionBits ?? double.NaN,
            TrainLossBits = report.FinalLossBits ?? double.NaN,
            ValidLossBits = report.ValidLossBits,
            BitsExplained = report.BitsExplained ?? double.NaN,
            MaskedAccuracy = report.MaskedAccuracy ?? double.NaN,
            ValidMaskedAccuracy = series.Valid is [.., var lastValid] ? lastValid.AccuracyMasked : null,
            AudioSecondsPerSecond = Speed(folder.MetricsPath),
            Data = context.Data,
            Verdict = Verdict(report),
            VerdictChinese = Verdict(LossDoctor.Examine(series, context, ReportLanguage.Chinese)),
            Curve = [.. Thin(series.Train).Select(p => Point(p, toBits, isValid: false)),
                .. Thin(series.Valid).Select(p => Point(p, toBits, isValid: true))],
            Histogram = labels.Histogram,
            Configuration = [.. ConfigLoader.LoadAnyRun(folder.ConfigPath).Entries.Select(e => KeyValuePair.Create(e.Key, e.Value))],
        };
    }

    private static CurvePoint Point(MetricPoint p, double toBits, bool isValid) => new(
        p.Update, (p.Prediction ?? double.NaN) * toBits, p.AccuracyMasked, p.AccuracyUnmasked, p.GradientNorm, p.LearningRate, isValid);

    private static IEnumerable<MetricPoint> Thin(IReadOnlyList<MetricPoint> points)
    {
        var step = Math.Max(1, (points.Count + MaximumPoints - 1) / MaximumPoints);
        return points.Where((_, i) => i % step == 0 || i == points.Count - 1);
    }

    /// <summary>Median of the logged rates: the first interval warms up, and a machine has other things to do at times.</summary>
    private static double? Speed(string metricsPath)
    {
        var rates = new List<double>();
        using var lines = new ByteLines(metricsPath, MetricsLine.MaximumBytes, passOverLong: true);
        while (lines.MoveNext())
        {
            if (MetricsLine.TryParse(lines.Current)?["audio_s_per_s"] is { } rate && double.IsFinite(rate))
                rates.Add(rate);
        }
        rates.Sort();
        return rates.Count > 0 ? rates[rates.Count / 2] : null;
    }

    private static VerdictSummary Verdict(LossReport report) => new(
        DoctorPage.StatusOf(report.Verdict), report.Summary,
        [.. report.Findings.Select(f => new FindingSummary(f.Code, f.Seen, f.Meaning, f.Next))]);
}
