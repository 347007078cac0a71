namespace HubertSharp.Runs.Reports.Probing;

/// <summary>A probe as one self-contained page: figures, differences, and the layer weights drawn.</summary>
public static class ProbingPage
{
    /// <summary>Renders the page.</summary>
    public static string Render(ProbingReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var texts = new ProbingTexts(report);
        var page = new HtmlPage($"Probe: {report.Task}", "en");
        page.Append($"<h1>{HtmlPage.Escape($"Probe: {report.Task}")}</h1><p>{HtmlPage.Escape(texts.Title)}</p>");
        page.Table(texts.Header, report.Rows.Select(row => (texts.Cells(row), row.Kind == "trained")));
        if (texts.Baseline is { } baseline)
            page.Append($"<p>{HtmlPage.Escape(baseline)}</p>");
        page.Append($"<ul>{string.Concat(texts.Sentences().Select(s => $"<li>{HtmlPage.Escape(s)}</li>"))}</ul>");
        var chart = new ChartData
        {
            Name = "layers",
            Title = "Weight of every hidden state in the sum",
            XLabel = "hidden state (0 is the input of the first layer)",
            YLabel = "Weight of every hidden state in the sum",
            FromZero = true,
            Percent = true,
        };
        foreach (var row in report.Rows)
            chart.Line(row.Features, row.LayerWeights.Select(w => ((double)w.Layer, w.Share)));
        page.Chart(chart);
        if (chart.Lines.Count > 0)
            page.Append($"<p>{HtmlPage.Escape(texts.WeightsNote)}</p>");
        return page.Close();
    }
}
