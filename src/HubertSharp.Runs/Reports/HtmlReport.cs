using System.Globalization;
using System.Net;
using System.Text;

namespace HubertSharp.Runs.Reports;

/// <summary>
/// The report as one self-contained page: style inside, charts as inline SVG, no script, nothing loaded from elsewhere. The page
/// is well-formed XML too. Every text from outside is escaped.
/// </summary>
public sealed class HtmlReport
{
    private readonly PipelineReport _report;
    private readonly ReportTexts _texts;
    private readonly string? _otherLanguageFile;
    private readonly StringBuilder _html = new();

    private HtmlReport(PipelineReport report, ReportLanguage language, string? otherLanguageFile)
    {
        _report = report;
        _texts = new ReportTexts(language);
        _otherLanguageFile = otherLanguageFile;
    }

    /// <summary>Renders the page.</summary>
    /// <param name="report">The figures.</param>
    /// <param name="language">Language of the words; names from outside stay as they are.</param>
    /// <param name="otherLanguageFile">Name of the same report in the other language, linked in the header.</param>
    public static string Render(PipelineReport report, ReportLanguage language, string? otherLanguageFile = null) =>
        new HtmlReport(report, language, otherLanguageFile).Page();

    private string Page()
    {
        _html.Append("<!DOCTYPE html>\n").Append($"<html lang=\"{_texts.LanguageTag}\"><head><meta charset=\"utf-8\"/>");
        _html.Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/><meta name=\"color-scheme\" content=\"light dark\"/>");
        _html.Append($"<title>{Escape(_report.Name)} · HubertSharp</title><style>{ReportStyle.Css}</style></head><body><main>\n");
        Header();
        Verdicts();
        Worth();
        Figures();
        foreach (var iteration in _report.Iterations)
            Iteration(iteration);
        Quality();
        Probe();
        Corpus();
        Details();
        return _html.Append("</main></body></html>\n").ToString();
    }

    private void Header()
    {
        _html.Append($"<header><h1>{Escape(_report.Name)}</h1><p class=\"sub\">{_texts.Subtitle} · {_texts.Made(_report.Created)}");
        if (_otherLanguageFile is not null)
            _html.Append($" · <a href=\"{Escape(Uri.EscapeDataString(_otherLanguageFile))}\">{_texts.Other}</a>");
        _html.Append("</p></header>\n");
    }

    private void Verdicts()
    {
        _html.Append($"<section><h2>{_texts.LossNormal}</h2><div class=\"cards\">");
        foreach (var i in _report.Iterations)
        {
            var verdict = _texts.Verdict(i);
            _html.Append($"<article class=\"card verdict {Escape(verdict.Status)}\"><h3>{_texts.Iteration(i.Number)}: <b>{Escape(_texts.Status(verdict.Status))}</b></h3>");
            _html.Append($"<p>{Escape(verdict.Summary)}</p>");
            foreach (var finding in verdict.Findings)
                _html.Append($"<p class=\"finding\">{Escape(_texts.Finding(finding))} <span class=\"next\">→ {Escape(finding.Next)}</span></p>");
            _html.Append("</article>");
        }
        _html.Append("</div></section>\n");
    }

    private void Worth()
    {
        var sentences = ReportFindings.Sentences(_report, _texts).ToList();
        if (sentences.Count == 0)
            return;
        _html.Append($"<section><h2>{_texts.Worth}</h2><ul>");
        foreach (var sentence in sentences)
            _html.Append($"<li>{Escape(sentence)}</li>");
        _html.Append("</ul></section>\n");
    }

    private void Figures()
    {
        _html.Append($"<section><h2>{_texts.Figures}</h2>");
        Table(
            ["", .. _report.Iterations.Select(i => _texts.Iteration(i.Number))],
            [
                Row($"{_texts.MaskedLossBits}, {_texts.Start}", i => $"{i.FirstLossBits:0.00}"),
                Row($"{_texts.MaskedLossBits}, {_texts.End}, {_texts.Train}", i => $"{i.TrainLossBits:0.00}"),
                Row($"{_texts.MaskedLossBits}, {_texts.End}, {_texts.Valid}", i => i.ValidLossBits is { } valid ? $"{valid:0.00}" : _texts.None),
                Row($"{_texts.Chance} ({_texts.Bits})", i => $"{i.ChanceBits:0.00}"),
                Row($"{_texts.LabelEntropy} ({_texts.Bits})", i => $"{i.LabelEntropyBits:0.00}"),
                Row(_texts.BitsExplained, i => ReportTexts.Percent(i.BitsExplained)),
                Row($"{_texts.MaskedAccuracy}, {_texts.Train}", i => ReportTexts.Percent(i.MaskedAccuracy)),
                Row($"{_texts.MaskedAccuracy}, {_texts.Valid}", i => i.ValidMaskedAccuracy is { } valid ? ReportTexts.Percent(valid) : _texts.None),
                Row(_texts.Updates, i => $"{i.Updates:#,0}"),
                Row(_texts.Parameters, i => $"{i.Parameters:#,0}"),
                Row(_texts.Speed, i => i.AudioSecondsPerSecond is { } speed ? $"{speed:0.0}" : _texts.None),
            ]);
        _html.Append("</section>\n");

        (IReadOnlyList<string> Cells, bool Strong) Row(string name, Func<IterationSummary, string> value) =>
            ([name, .. _report.Iterations.Select(value)], false);
    }

    private void Iteration(IterationSummary i)
    {
        var train = i.Curve.Where(p => !p.IsValid).ToList();
        var valid = i.Curve.Where(p => p.IsValid).ToList();
        _html.Append($"<section><h2>{Escape(_texts.IterationTitle(i))}</h2><div class=\"charts\">");
        Chart(new SvgChart { Title = $"{_texts.Iteration(i.Number)}: {_texts.MaskedLossBits}", XLabel = _texts.Update, YLabel = _texts.MaskedLossBits }
            .Line(_texts.Train, train.Select(p => ((double)p.Update, p.LossBits)))
            .Line(_texts.Valid, valid.Select(p => ((double)p.Update, p.LossBits)), dots: true)
            .Level($"{_texts.Chance} {i.ChanceBits:0.00}", i.ChanceBits)
            .Level($"{_texts.LabelEntropy} {i.LabelEntropyBits:0.00}", i.LabelEntropyBits));
        Chart(new SvgChart { Title = $"{_texts.Iteration(i.Number)}: {_texts.Accuracy}", XLabel = _texts.Update, YLabel = _texts.Accuracy, FromZero = true, Percent = true }
            .Line(_texts.MaskedAccuracy, Points(train, p => p.MaskedAccuracy))
            .Line(_texts.UnmaskedAccuracy, Points(train, p => p.UnmaskedAccuracy))
            .Line($"{_texts.MaskedAccuracy}, {_texts.Valid}", Points(valid, p => p.MaskedAccuracy), dots: true));
        Chart(new SvgChart { Title = $"{_texts.Iteration(i.Number)}: {_texts.GradientNorm}", XLabel = _texts.Update, YLabel = _texts.GradientNorm, FromZero = true }
            .Line(_texts.GradientNorm, Points(train, p => p.GradientNorm)));
        Chart(new SvgChart { Title = $"{_texts.Iteration(i.Number)}: {_texts.LearningRate}", XLabel = _texts.Update, YLabel = _texts.LearningRate, FromZero = true }
            .Line(_texts.LearningRate, Points(train, p => p.LearningRate)));
        _html.Append("</div>");
        Histogram(i.Histogram);
        _html.Append("</section>\n");
    }

    private static IEnumerable<(double X, double Y)> Points(IEnumerable<CurvePoint> curve, Func<CurvePoint, double?> value) =>
        curve.Where(p => value(p) is not null).Select(p => ((double)p.Update, value(p)!.Value));

    private void Chart(SvgChart chart) => _html.Append($"<figure><figcaption>{Escape(chart.YLabel)}</figcaption>{chart.Render()}</figure>");

    private void Histogram(IReadOnlyList<long> counts)
    {
        if (counts.Count == 0)
            return;
        const double width = 1120, height = 110;
        var sorted = counts.OrderDescending().ToList();
        var highest = Math.Max(1, sorted[0]);
        var bar = width / sorted.Count;
        var caption = $"{_texts.Histogram}: {_texts.HistogramTitle(sorted.Count(c => c > 0), sorted.Count)}";
        _html.Append($"<figure><figcaption>{Escape(caption)}</figcaption><svg class=\"bars\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{Escape(caption)}\">");
        for (var i = 0; i < sorted.Count; i++)
        {
            var tall = sorted[i] / (double)highest * (height - 4);
            _html.Append(CultureInfo.InvariantCulture, $"<rect x=\"{i * bar:0.##}\" y=\"{height - tall:0.#}\" width=\"{Math.Max(bar * 0.8, 0.4):0.##}\" height=\"{tall:0.#}\"><title>{sorted[i]:#,0}</title></rect>");
        }
        _html.Append("</svg></figure>");
    }

    private void Quality()
    {
        if (_report.Quality.Count == 0)
            return;
        _html.Append($"<section><h2>{_texts.LabelQuality}</h2><p class=\"note\">{_texts.LabelQualityNote}</p>");
        Table(
            [_texts.Labels, _texts.Language, _texts.Reference, _texts.Clusters, _texts.Frames, _texts.PhonePurity, _texts.ClusterPurity, "PNMI"],
            _report.Quality.Select(q => (
                (IReadOnlyList<string>)[_texts.Name(q.Source), _texts.LanguageName(q.Language), _texts.ReferenceName(q.Reference), $"{q.Clusters}", $"{q.Frames:#,0}", $"{q.PhonePurity:0.000}", $"{q.ClusterPurity:0.000}", $"{q.Pnmi:0.000}"],
                q.IsLabelSet)));
        _html.Append("</section>\n");
    }

    private void Probe()
    {
        if (_report.Probe.Count == 0)
            return;
        _html.Append($"<section><h2>{_texts.Probe}</h2>");
        _html.Append($"<p class=\"note\">{Escape(_texts.ProbeNote)}</p>");
        Table(
            [_texts.Features, _texts.HeldOut, _texts.Accuracy, _texts.Interval, _texts.Majority, _texts.Classes, _texts.TestItems],
            _report.Probe.Select(p => (
                (IReadOnlyList<string>)[_texts.Name(p.Source), _texts.HeldOutName(p.HeldOut), ReportTexts.Percent(p.Accuracy), $"{ReportTexts.Percent(p.Low)} – {ReportTexts.Percent(p.High)}", ReportTexts.Percent(p.Majority), $"{p.Classes}", $"{p.Items:#,0}"],
                p.Source.Kind == FeatureSourceKind.TrainedModel)));
        _html.Append("</section>\n");
    }

    private void Corpus()
    {
        var corpus = _report.Corpus;
        _html.Append($"<section><h2>{_texts.Corpus}: {Escape(corpus.Name)}</h2>");
        Table(
            [_texts.Split, _texts.Language, _texts.Utterances, _texts.Duration],
            corpus.Parts.Select(p => (
                (IReadOnlyList<string>)[p.Split, p.Language is null ? _texts.None : _texts.LanguageName(p.Language), $"{p.Utterances:#,0}", Minutes(p.Seconds)],
                false)));
        if (corpus.Credits is { } credits)
            _html.Append($"<h3>{_texts.Credits}</h3><pre class=\"credits\">{Escape(credits.Trim())}</pre>");
        _html.Append("</section>\n");
    }

    private void Details()
    {
        _html.Append("<section>");
        foreach (var i in _report.Iterations.Where(i => i.Configuration.Count > 0))
            Pairs($"{_texts.Configuration}, {_texts.Iteration(i.Number)}", i.Configuration);
        Pairs(_texts.Environment, _report.Environment);
        Pairs(_texts.Time, [.. _report.StageSeconds.Select(s => KeyValuePair.Create(s.Key, Minutes(s.Value)))]);
        _html.Append("</section>\n");
    }

    private void Pairs(string title, IReadOnlyList<KeyValuePair<string, string>> pairs)
    {
        if (pairs.Count == 0)
            return;
        _html.Append($"<details><summary>{Escape(title)}</summary><table class=\"pairs\"><tbody>");
        foreach (var (key, value) in pairs)
            _html.Append($"<tr><th>{Escape(key)}</th><td>{Escape(value)}</td></tr>");
        _html.Append("</tbody></table></details>\n");
    }

    private void Table(IReadOnlyList<string> header, IEnumerable<(IReadOnlyList<string> Cells, bool Strong)> rows)
    {
        _html.Append("<div class=\"scroll\"><table><thead><tr>");
        foreach (var cell in header)
            _html.Append($"<th>{Escape(cell)}</th>");
        _html.Append("</tr></thead><tbody>");
        foreach (var (cells, strong) in rows)
        {
            _html.Append(strong ? "<tr class=\"strong\">" : "<tr>");
            foreach (var cell in cells)
                _html.Append($"<td{(IsNumber(cell) ? " class=\"n\"" : "")}>{Escape(cell)}</td>");
            _html.Append("</tr>");
        }
        _html.Append("</tbody></table></div>\n");
    }

    private static bool IsNumber(string cell) => cell.Length > 0 && (char.IsAsciiDigit(cell[0]) || cell[0] is '-' or '–');

    private static string Minutes(double seconds) =>
        seconds < 60 ? $"{seconds:0.0} s" : seconds < 3600 ? $"{seconds / 60:0.0} min" : $"{seconds / 3600:0.0} h";

    /// <summary>HTML and XML at once; control characters, which neither allows, become spaces.</summary>
    private static string Escape(string text) =>
        WebUtility.HtmlEncode(string.Concat(text.EnumerateRunes().Select(r =>
            (Rune.IsControl(r) && r.Value is not ('\n' or '\t')) || r.Value is 0xfffe or 0xffff ? " " : r.ToString())));
}
