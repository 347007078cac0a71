using HubertSharp.Runs.Languages;
using HubertSharp.Runs.Reports.Ranking;
using HubertSharp.Runs.Reports.Tokenizers;

namespace HubertSharp.Runs.Reports;

/// <summary>
/// The report as one self-contained page: style inside, charts as inline SVG, no script, nothing loaded from elsewhere. The page
/// is well-formed XML too. Every text from outside is escaped.
/// </summary>
public sealed class HtmlReport
{
    private readonly PipelineReport _report;
    private readonly ReportLanguage _language;
    private readonly ReportTexts _texts;
    private readonly string? _otherLanguageFile;
    private readonly HtmlPage _html;

    private HtmlReport(PipelineReport report, ReportLanguage language, string? otherLanguageFile)
    {
        _report = report;
        (_language, _texts) = (language, new ReportTexts(language));
        _otherLanguageFile = otherLanguageFile;
        _html = new HtmlPage(report.Name, _texts.LanguageTag);
    }

    /// <summary>Renders the page.</summary>
    /// <param name="report">The figures.</param>
    /// <param name="language">Language of the words; names from outside stay as they are.</param>
    /// <param name="otherLanguageFile">Name of the same report in the other language, linked in the header.</param>
    public static string Render(PipelineReport report, ReportLanguage language, string? otherLanguageFile = null) =>
        new HtmlReport(report, language, otherLanguageFile).Page();

    private string Page()
    {
        Header();
        Verdicts();
        Worth();
        Figures();
        foreach (var iteration in _report.Iterations)
            Iteration(iteration);
        Layers();
        WorthCurves();
        Finetuning();
        Tokenizers();
        Quality();
        Probe();
        Corpus();
        Details();
        return _html.Close();
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
            _html.Append(
                $"<article class=\"card verdict {Escape(verdict.Status)}\"><h3>{_texts.Iteration(i.Number)}: "
                + $"<b>{Escape(_texts.Status(verdict.Status))}</b></h3>");
            _html.Append($"<p>{Escape(verdict.Summary)}</p>");
            foreach (var finding in verdict.Findings.Where(finding => finding.NeedsAction))
                _html.Append(
                    $"<p class=\"finding\">{Escape(_texts.Finding(finding))} <span class=\"next\">→ {Escape(finding.Next)}</span></p>");
            _html.Folded(_texts.NoAction, verdict.Findings.Where(finding => !finding.NeedsAction),
                finding => _html.Append($"<p class=\"finding\">{Escape(_texts.Finding(finding))}</p>"));
            _html.Append("</article>");
        }
        _html.Append("</div></section>\n");
    }

    private void Worth()
    {
        var sentences = ReportFindings.Sentences(_report, new DifferenceTexts(_language)).ToList();
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
        _html.Table(
            ["", .. _report.Iterations.Select(i => _texts.Iteration(i.Number))],
            [
                Row(_texts.Parts(_texts.MaskedLossBits, _texts.Start), i => $"{i.FirstLossBits:0.00}"),
                Row(_texts.Parts(_texts.MaskedLossBits, _texts.Train, _texts.LastShare), i => $"{i.TrainLossBits:0.00}"),
                Row(_texts.Parts(_texts.MaskedLossBits, _texts.Valid, _texts.LastValidation),
                    i => i.ValidLossBits is { } valid ? $"{valid:0.00}" : _texts.None),
                Row($"{_texts.Chance} ({_texts.Bits})", i => $"{i.ChanceBits:0.00}"),
                Row($"{_texts.LabelEntropy} ({_texts.Bits})", i => $"{i.LabelEntropyBits:0.00}"),
                Row(_texts.BitsExplained, i => ReportTexts.Percent(i.BitsExplained)),
                Row(_texts.Parts(_texts.MaskedAccuracy, _texts.Train, _texts.LastShare), i => ReportTexts.Percent(i.MaskedAccuracy)),
                Row(_texts.Parts(_texts.MaskedAccuracy, _texts.Valid, _texts.LastValidation),
                    i => i.ValidMaskedAccuracy is { } valid ? ReportTexts.Percent(valid) : _texts.None),
                Row(_texts.Updates, i => $"{i.Updates:#,0}"),
                Row(_texts.LeftOut, i => _texts.LeftOutShare(i.Data) ?? _texts.None),
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
        _html.Chart(new ChartData
        {
            Title = _texts.Titled(_texts.Iteration(i.Number), _texts.MaskedLossBits),
            XLabel = _texts.Update,
            YLabel = _texts.MaskedLossBits,
        }
            .Line(_texts.Train, train.Select(p => ((double)p.Update, p.LossBits)))
            .Line(_texts.Valid, valid.Select(p => ((double)p.Update, p.LossBits)), dots: true)
            .Level($"{_texts.Chance} {i.ChanceBits:0.00}", i.ChanceBits)
            .Level($"{_texts.LabelEntropy} {i.LabelEntropyBits:0.00}", i.LabelEntropyBits));
        _html.Chart(new ChartData
        {
            Title = _texts.Titled(_texts.Iteration(i.Number), _texts.Accuracy),
            XLabel = _texts.Update,
            YLabel = _texts.Accuracy,
            FromZero = true,
            Percent = true,
        }
            .Line(_texts.MaskedAccuracy, Points(train, p => p.MaskedAccuracy))
            .Line(_texts.SampledUnmaskedAccuracy, Points(train, p => p.UnmaskedAccuracy))
            .Line(_texts.Parts(_texts.MaskedAccuracy, _texts.Valid), Points(valid, p => p.MaskedAccuracy), dots: true));
        _html.Chart(new ChartData
        {
            Title = _texts.Titled(_texts.Iteration(i.Number), _texts.GradientNorm),
            XLabel = _texts.Update,
            YLabel = _texts.GradientNorm,
            FromZero = true,
        }
            .Line(_texts.GradientNorm, Points(train, p => p.GradientNorm)));
        _html.Chart(new ChartData
        {
            Title = _texts.Titled(_texts.Iteration(i.Number), _texts.LearningRate),
            XLabel = _texts.Update,
            YLabel = _texts.LearningRate,
            FromZero = true,
        }
            .Line(_texts.LearningRate, Points(train, p => p.LearningRate)));
        _html.Append("</div>");
        _html.Histogram(i.Histogram,
            _texts.Titled(_texts.Histogram, _texts.HistogramTitle(i.Histogram.Count(c => c > 0), i.Histogram.Count)));
        _html.Append("</section>\n");
    }

    private static IEnumerable<(double X, double Y)> Points(IEnumerable<CurvePoint> curve, Func<CurvePoint, double?> value) =>
        curve.Where(p => value(p) is not null).Select(p => ((double)p.Update, value(p)!.Value));

    private void Layers()
    {
        if (!LayerTable.Rows(_report).Any())
            return;
        var table = new LayerTable(_language);
        _html.Append($"<section><h2>{table.Title}</h2><p class=\"note\">{Escape(table.Note(_report))}</p>");
        _html.Table([.. table.Header(_report)], table.Cells(_report));
        _html.Append("</section>\n");
    }

    private void WorthCurves()
    {
        if (_report.Worth.Count == 0)
            return;
        _html.Append($"<section><h2>{_texts.WorthCurve}</h2><p class=\"note\">{Escape(_texts.WorthCurveNote)}</p><div class=\"charts\">");
        foreach (var chart in new WorthCharts(_language).Of(_report.Worth))
            _html.Chart(chart);
        if (new WorthCharts(_language).OfFinetunings(_report.Worth) is { } errors)
            _html.Chart(errors);
        _html.Append("</div>");
        for (var i = 0; i < _report.Worth.Count; i++)
            Agreement(i + 1, _report.Worth[i]);
        _html.Append("</section>\n");
    }

    private void Agreement(int iteration, RunWorth worth)
    {
        var ranking = new RankingTexts(_language);
        var sentences = ranking.Sentences(worth.Agreements).ToList();
        if (sentences.Count > 0 || worth.Finetunings.Count > 0)
            _html.Append($"<h3>{Escape(ranking.TitleOf(iteration))}</h3>");
        if (sentences.Count > 0)
            _html.Append($"<ul>{string.Concat(sentences.Select(sentence => $"<li>{Escape(sentence)}</li>"))}</ul>");
        if (worth.Finetunings.Count > 0)
            _html.Table([.. ranking.FinetuningHeader], worth.Finetunings.SelectMany(ranking.Cells).Select(cells => (cells, false)));
    }

    private void Finetuning()
    {
        if (_report.Finetuning is not { } tuning)
            return;
        var ranking = new RankingTexts(_language);
        _html.Append($"<section><h2>{ranking.FinetuningTitle}</h2>");
        _html.Table([.. ranking.FinetuningHeader], ranking.Cells(tuning).Select(cells => (cells, false)));
        _html.Append("</section>\n");
    }

    private void Tokenizers()
    {
        if (_report.Tokenizers.Count == 0)
            return;
        var (texts, chinese) = (new TokenizerComparison(_report.Tokenizers, _language), _language == ReportLanguage.Chinese);
        _html.Append($"<section><h2>{texts.Title}</h2><p class=\"note\">{Escape(texts.Subtitle)}</p>"
            + $"<p><a href=\"{PipelineReport.TokenizerPage(chinese)}\">{texts.HearThem}</a></p>");
        TokenizerComparisonPage.Tables(_html, texts, onlyChief: true);
        _html.Append("<p>");
        foreach (var one in _report.Tokenizers)
        {
            _html.Append($"<a href=\"{Escape(one.Folder)}/{(chinese ? TokenizerReport.ChinesePageName : TokenizerReport.PageName)}\">"
                + $"{Escape(texts.NameOf(one))}</a> ");
        }
        _html.Append("</p></section>\n");
    }

    private void Quality()
    {
        var labels = _report.Quality.Where(q => q.IsLabelSet || q.Split is null).ToList();
        if (labels.Count == 0)
            return;
        _html.Append($"<section><h2>{_texts.LabelQuality}</h2><p class=\"note\">{_texts.LabelQualityNote}</p>");
        _html.Table(_texts.QualityHeader, labels.Select(q => (_texts.QualityCells(q), q.IsLabelSet)));
        _html.Append("</section>\n");
    }

    private void Probe()
    {
        if (_report.Probe.Count == 0)
            return;
        _html.Append($"<section><h2>{_texts.Probe}</h2>");
        _html.Append($"<p class=\"note\">{Escape(_texts.ProbeNote)}</p>");
        _html.Table(_texts.ProbeHeader, _report.Probe.Select(p => (_texts.ProbeCells(p), p.Source.Kind == FeatureSourceKind.TrainedModel)));
        _html.Append("</section>\n");
    }

    private void Corpus()
    {
        var corpus = _report.Corpus;
        _html.Append($"<section><h2>{Escape(_texts.Titled(_texts.Corpus, corpus.Name))}</h2>");
        _html.Table(
            [_texts.Split, _texts.Language, _texts.Utterances, _texts.Duration],
            corpus.Parts.Select(p => (
                (IReadOnlyList<string>)[p.Split, p.Language is null ? _texts.None : _texts.LanguageName(p.Language), $"{p.Utterances:#,0}",
                    Minutes(p.Seconds)],
                false)));
        if (corpus.Credits is { } credits)
            _html.Append($"<h3>{_texts.Credits}</h3><pre class=\"credits\">{Escape(credits.Trim())}</pre>");
        _html.Append("</section>\n");
    }

    private void Details()
    {
        _html.Append("<section>");
        foreach (var i in _report.Iterations.Where(i => i.Configuration.Count > 0))
            _html.Pairs(_texts.Parts(_texts.Configuration, _texts.Iteration(i.Number)), i.Configuration);
        _html.Pairs(_texts.Environment, _report.Environment);
        _html.Pairs(_texts.Time, [.. _report.StageSeconds.Select(s => KeyValuePair.Create(s.Key, Minutes(s.Value)))]);
        _html.Append("</section>\n");
    }

    private static string Minutes(double seconds) =>
        seconds < 60 ? $"{seconds:0.0} s" : seconds < 3600 ? $"{seconds / 60:0.0} min" : $"{seconds / 3600:0.0} h";

    private static string Escape(string text) => HtmlPage.Escape(text);
}
