using System.Globalization;
using System.Net;
using System.Text;

namespace HubertSharp.Runs.Reports;

/// <summary>
/// The parts that every page is made of: style inside, charts as inline SVG, no script, nothing loaded from elsewhere; well-formed
/// XML too. Every text from outside is escaped.
/// </summary>
internal sealed class HtmlPage
{
    private readonly StringBuilder _html = new();

    public HtmlPage(string title, string languageTag)
    {
        _html.Append("<!DOCTYPE html>\n").Append($"<html lang=\"{languageTag}\"><head><meta charset=\"utf-8\"/>");
        _html.Append(
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/><meta name=\"color-scheme\" "
            + "content=\"light dark\"/>");
        _html.Append($"<title>{Escape(title)} · HubertSharp</title><style>{ReportStyle.Css}</style></head><body><main>\n");
    }

    /// <summary>Markup as it is.</summary>
    public HtmlPage Append(string markup)
    {
        _html.Append(markup);
        return this;
    }

    public string Close() => _html.Append("</main></body></html>\n").ToString();

    public void Chart(ChartData chart)
    {
        if (chart.Lines.Count > 0)
            _html.Append($"<figure><figcaption>{Escape(chart.YLabel)}</figcaption>{new SvgChart(chart).Render()}</figure>");
    }

    /// <summary>Frames per cluster, largest first.</summary>
    public void Histogram(IReadOnlyList<long> counts, string caption)
    {
        if (counts.Count == 0)
            return;
        const double width = 1120, height = 110;
        var sorted = counts.OrderDescending().ToList();
        var highest = Math.Max(1, sorted[0]);
        var bar = width / sorted.Count;
        _html.Append(
            $"<figure><figcaption>{Escape(caption)}</figcaption><svg class=\"bars\" viewBox=\"0 0 {width} {height}\" role=\"img\" "
            + $"aria-label=\"{Escape(caption)}\">");
        for (var i = 0; i < sorted.Count; i++)
        {
            var tall = sorted[i] / (double)highest * (height - 4);
            _html.Append(CultureInfo.InvariantCulture,
                $"<rect x=\"{i * bar:0.##}\" y=\"{height - tall:0.#}\" width=\"{Math.Max(bar * 0.8, 0.4):0.##}\" "
                + $"height=\"{tall:0.#}\"><title>{sorted[i]:#,0}</title></rect>");
        }
        _html.Append("</svg></figure>");
    }

    /// <summary>A table that folds away.</summary>
    public void Pairs(string title, IReadOnlyList<KeyValuePair<string, string>> pairs)
    {
        if (pairs.Count == 0)
            return;
        _html.Append($"<details><summary>{Escape(title)}</summary><table class=\"pairs\"><tbody>");
        foreach (var (key, value) in pairs)
            _html.Append($"<tr><th>{Escape(key)}</th><td>{Escape(value)}</td></tr>");
        _html.Append("</tbody></table></details>\n");
    }

    /// <summary>Parts that few will want to read.</summary>
    /// <param name="title">Of so many of them.</param>
    /// <param name="parts">Where there are none, nothing is written.</param>
    /// <param name="write">Writes one.</param>
    public void Folded<T>(Func<int, string> title, IEnumerable<T> parts, Action<T> write)
    {
        T[] all = [.. parts];
        if (all.Length == 0)
            return;
        _html.Append($"<details class=\"folded\"><summary>{Escape(title(all.Length))}</summary>");
        foreach (var part in all)
            write(part);
        _html.Append("</details>\n");
    }

    public void Table(IReadOnlyList<string> header, IEnumerable<(IReadOnlyList<string> Cells, bool Strong)> rows)
    {
        _html.Append("<div class=\"scroll\"><table>");
        if (header.Any(cell => cell.Length > 0))
            _html.Append($"<thead><tr>{string.Concat(header.Select(cell => $"<th>{Escape(cell)}</th>"))}</tr></thead>");
        _html.Append("<tbody>");
        foreach (var (cells, strong) in rows)
        {
            _html.Append(strong ? "<tr class=\"strong\">" : "<tr>");
            foreach (var cell in cells)
                _html.Append($"<td{(IsNumber(cell) ? " class=\"n\"" : "")}>{Escape(cell)}</td>");
            _html.Append("</tr>");
        }
        _html.Append("</tbody></table></div>\n");
    }

    /// <summary>HTML and XML at once; control characters, which neither allows, become spaces.</summary>
    public static string Escape(string text) =>
        WebUtility.HtmlEncode(string.Concat(text.EnumerateRunes().Select(r =>
            (Rune.IsControl(r) && r.Value is not ('\n' or '\t')) || r.Value is 0xfffe or 0xffff ? " " : r.ToString())));

    private static bool IsNumber(string cell) => cell.Length > 0 && (char.IsAsciiDigit(cell[0]) || cell[0] is '-' or '–');
}
