using System.Globalization;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Doctor;
using HubertSharp.Runs.Doctor.Logs;
using HubertSharp.Runs.Languages;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Runs.Reports;

/// <summary>The doctor's report on one run as one self-contained page.</summary>
public static class DoctorPage
{
    /// <summary>Renders the page.</summary>
    /// <param name="run">The run.</param>
    /// <param name="report">What the doctor made of it, in the same language.</param>
    /// <param name="downstream">Measurements of its labels and features; null where there are none.</param>
    /// <param name="language">Language of the words; names from outside stay as they are.</param>
    /// <param name="created">When, UTC.</param>
    public static string Render(DoctorCase run, LossReport report, Downstream? downstream, ReportLanguage language, DateTime created)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(report);
        var t = new ReportTexts(language);
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(
            Path.GetFullPath(run.Log == run.Folder || Path.GetFileName(run.Log) == RunFolder.MetricsName ? run.Folder : run.Log)));
        var html = new HtmlPage(name, t.LanguageTag);
        html.Append(
            $"<header><h1>{Escaped(name)}</h1><p class=\"sub\">{t.DoctorSubtitle} · {Escaped(t.FormatName(report.Format))} · "
            + $"{t.Made(created)}</p></header>\n");
        var status = StatusOf(report.Verdict);
        html.Append(
            $"<section><h2>{t.LossNormal}</h2><article class=\"card verdict {status}\"><h3><b>{Escaped(t.Status(status))}</b></"
            + $"h3><p>{Escaped(report.Summary)}</p></article></section>\n");
        html.Append($"<section><h2>{t.Curves}</h2><div class=\"charts\">");
        foreach (var chart in DoctorCharts.Of(run, report, language))
            html.Chart(chart);
        html.Append("</div>");
        html.Histogram(run.Context.Histogram,
            t.Titled(t.Histogram, t.HistogramTitle(run.Context.Histogram.Count(c => c > 0), run.Context.Histogram.Count)));
        html.Append("</section>\n");
        Findings(html, t, report);
        Figures(html, t, report, run.Context.Data);
        if (downstream is not null)
            Measured(html, t, downstream);
        html.Append("<section>");
        html.Pairs(t.Configuration, Configuration(run));
        html.Pairs(t.Environment,
            report.Format == LogFormat.HubertSharp ? RunEnvironment.LastStart(Path.Combine(run.Folder, RunFolder.EnvironmentName)) : []);
        return html.Append("</section>\n").Close();
    }

    private static void Findings(HtmlPage html, ReportTexts t, LossReport report)
    {
        html.Append($"<section><h2>{t.FindingsTitle}</h2><div class=\"findings\">");
        foreach (var finding in report.Findings.Where(finding => finding.NeedsAction))
            Finding(html, t, finding);
        html.Folded(t.NoAction, report.Findings.Where(finding => !finding.NeedsAction), finding => Finding(html, t, finding));
        html.Append("</div></section>\n");
    }

    private static void Finding(HtmlPage html, ReportTexts t, LossFinding f)
    {
        var level = f.Level.ToString().ToLowerInvariant();
        var reference = f.Reference.StartsWith("https://", StringComparison.Ordinal)
            ? $"<a href=\"{Escaped(f.Reference)}\" rel=\"noreferrer\">{Escaped(f.Reference)}</a>"
            : Escaped(f.Reference);
        html.Append(
            $"<article class=\"card {level}\"><p><span class=\"badge {level}\">{Escaped(t.LevelName(f.Level))}</span> {Escaped(f.Seen)} "
            + $"<code>{Escaped(f.Code)}</code></p>");
        html.Append($"<p>{Escaped(f.Meaning)}<span class=\"ref\">{Escaped(t.Bracketed(t.ConfidenceName(f.Confidence)))}</span></p>");
        if (f.NeedsAction)
            html.Append($"<p class=\"finding\">→ {Escaped(f.Next)}</p>");
        html.Append($"<p class=\"ref\">{reference}</p></article>");
    }

    private static void Figures(HtmlPage html, ReportTexts t, LossReport r, DataSummary? data)
    {
        html.Append($"<section><h2>{t.Figures}</h2>");
        var isOfTranscripts = r.Objective == TrainingObjective.Ctc; // whose whole loss may be of sentences, not of symbols as the others
        var rows = new (string Name, string? Value)[]
        {
            (t.Updates, r.MaxUpdate is { } max ? $"{r.Updates:#,0} / {max:#,0}" : $"{r.Updates:#,0}"),
            (t.LeftOut, t.LeftOutShare(data)),
            (t.UnitName, r.IsMelError ? null : $"{t.UnitWord(r.Unit)}{t.Bracketed(t.From(r.UnitFrom))}"),
            (t.Clusters, r.Clusters is { } k ? $"{k}{t.Bracketed(t.From(r.ClassesFrom ?? ""))}" : null),
            (t.Chance, Figure(r.ChanceBits)),
            (t.LabelEntropy, Figure(r.LabelEntropyBits)),
            (t.Parts(isOfTranscripts ? t.Judged(r.IsMelError) : t.WholeLoss, t.Start) + t.Bracketed($"{t.Update} {r.First.ToUpdate:#,0}"),
                Figure((isOfTranscripts ? r.First.PredictionBits : null) ?? r.First.TotalBits)),
            (t.Parts(t.Penalty, t.Start), Figure(r.First.PenaltyBits)),
            (t.Parts(t.Judged(r.IsMelError), t.Train, t.LastShare), Figure(r.FinalLossBits)),
            (t.Parts(t.Judged(r.IsMelError), t.Valid, t.LastValidation), Figure(r.ValidLossBits)),
            (t.BitsExplained, r.BitsExplained is { } b ? ReportTexts.Percent(b) : null),
            (t.Parts(t.MaskedAccuracy, t.Train, t.LastShare), r.MaskedAccuracy is { } m ? ReportTexts.Percent(m) : null),
            (t.Parts(r.Format == LogFormat.HubertSharp ? t.SampledUnmaskedAccuracy : t.UnmaskedAccuracy, t.LastShare),
                r.UnmaskedAccuracy is { } u ? ReportTexts.Percent(u) : null),
            (r.ErrorRateOf == "symbols" ? t.SymbolErrors : t.WordErrors, r.ErrorRatePercent is { } e ? $"{e:0.0}" : null),
            (t.Parts(t.GradientNorm, t.LastTenth), Figure(r.GradientNorm)),
        };
        html.Table(["", ""], rows.Where(x => x.Value is not null).Select(x => ((IReadOnlyList<string>)[x.Name, x.Value!], false)));
        if (r.Languages.Count > 0)
        {
            html.Append($"<h3>{t.Language}</h3>");
            html.Table([t.Language, t.MaskedLossBits, t.MaskedAccuracy],
                r.Languages.Select(l => ((IReadOnlyList<string>)[t.LanguageName(l.Name), Figure(l.LossBits)!,
                    l.Accuracy is { } a ? ReportTexts.Percent(a) : t.None], false)));
        }
        if (r.ErrorsByLanguage.Count > 0)
        {
            html.Append($"<h3>{t.Language}</h3>");
            html.Table([t.Language, t.LossPerSymbol, t.SymbolErrors, t.WordErrors],
                r.ErrorsByLanguage.Select(l => ((IReadOnlyList<string>)[t.LanguageName(l.Name), Figure(l.LossBits) ?? t.None,
                    $"{l.SymbolErrorsPercent:0.0}", l.WordErrorsPercent is { } w ? $"{w:0.0}" : t.None], false)));
        }
        html.Append("</section>\n");
    }

    private static void Measured(HtmlPage html, ReportTexts t, Downstream downstream)
    {
        if (downstream.Quality.Count > 0)
        {
            html.Append($"<section><h2>{t.LabelQuality}</h2><p class=\"note\">{t.LabelQualityNote}</p>");
            html.Table(t.QualityHeader, downstream.Quality.Select(q => (t.QualityCells(q), q.IsLabelSet)));
            html.Append("</section>\n");
        }
        if (downstream.Probe.Count > 0)
        {
            html.Append($"<section><h2>{t.Probe}</h2><p class=\"note\">{Escaped(t.ProbeNote)}</p>");
            html.Table(t.ProbeHeader, downstream.Probe.Select(p => (t.ProbeCells(p), p.Source.Kind == FeatureSourceKind.TrainedModel)));
            html.Append("</section>\n");
        }
    }

    private static List<KeyValuePair<string, string>> Configuration(DoctorCase run)
    {
        var path = Path.Combine(run.Folder, RunFolder.ConfigName);
        if (run.Series.Format == LogFormat.HubertSharp && File.Exists(path))
            return [.. ConfigLoader.LoadAnyRun(path).Entries.Select(e => KeyValuePair.Create(e.Key, e.Value))];
        var hints = run.Series.Hints;
        (string Key, object? Value)[] known =
        [
            ("max_update", hints.MaxUpdate), ("warmup_updates", hints.WarmupUpdates), ("num_classes", hints.Classes),
            ("label_rate", hints.LabelRate),
            ("num_negatives", hints.Negatives), ("accum_grad", hints.AccumulatedBatches), ("freeze_finetune_updates", hints.FrozenUpdates),
        ];
        return [.. known.Where(k => k.Value is not null)
            .Select(k => KeyValuePair.Create(k.Key, Convert.ToString(k.Value, CultureInfo.InvariantCulture)!))];
    }

    internal static string StatusOf(LossVerdict verdict) => verdict switch
    {
        LossVerdict.Normal => "normal",
        LossVerdict.TooEarly => "too_early",
        LossVerdict.Watch => "watch",
        _ => "broken",
    };

    private static string? Figure(double? value) =>
        value?.ToString(Math.Abs(value.Value) >= 100 ? "#,0" : "0.00", CultureInfo.InvariantCulture);

    private static string Escaped(string text) => HtmlPage.Escape(text);
}
