using System.Globalization;
using System.Net;
using System.Text;
using HubertSharp.Runs.Reports;

namespace HubertSharp.Tests.Docs;

/// <summary>Charts side by side and below one another with one legend for all, as one SVG file for a page of docs.</summary>
/// <param name="title">What the picture shows, for readers who do not see it.</param>
/// <param name="lines">How each line of a chart is drawn, in their order.</param>
/// <param name="rows">The charts, as many in each row.</param>
internal sealed class ChartPicture(string title, IReadOnlyList<PictureLine> lines, IReadOnlyList<IReadOnlyList<ChartData>> rows)
{
    public const string Blue = "#1f6feb", Orange = "#d9730d", Violet = "#7d4cdb";

    private const double High = 246, Gap = 16, Head = 24, Foot = 34;

    /// <summary>Of a chart.</summary>
    public double Wide { get; init; } = 460;

    public string Svg()
    {
        var (width, height) = ((rows[0].Count * (Wide + Gap)) + Gap, (rows.Count * (Head + High + Gap)) + Gap + Foot);
        var svg = new StringBuilder(string.Create(CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\">\n"));
        svg.Append(CultureInfo.InvariantCulture, $"<title>{WebUtility.HtmlEncode(title)}</title>\n<style>\n")
            .Append("text { font-family: system-ui, sans-serif; font-size: 12px; fill: #4b545d } ")
            .Append(".head { font-size: 14px; font-weight: 600 }\n")
            .Append(".grid { stroke: #e3e5e8 } .axis { stroke: #646c75 } .level { stroke: #646c75; stroke-dasharray: 5 4 }\n")
            .Append(".line { fill: none; stroke-width: 2 } .hover { fill: transparent }\n");
        for (var i = 0; i < lines.Count; i++)
        {
            var (colour, stroke) = (lines[i].Colour, lines[i].IsThin ? "; stroke-width: 1; stroke-opacity: 0.5" : "");
            svg.Append(CultureInfo.InvariantCulture, $".line.s{i} {{ stroke: {colour}{stroke} }} .dot.s{i} {{ fill: {colour} }}\n");
        }
        svg.Append("</style>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
        for (var row = 0; row < rows.Count; row++)
        {
            for (var column = 0; column < rows[row].Count; column++)
                svg.Append(Place(rows[row][column], Gap + (column * (Wide + Gap)), Gap + (row * (Head + High + Gap)))).Append('\n');
        }
        foreach (var (i, line) in lines.Where(l => l.Name is not null).Index())
        {
            var (x, y) = (Gap + 40 + (i * 220), height - 20);
            svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x}\" y=\"{y - 10}\" width=\"12\" height=\"12\" rx=\"3\" ")
                .Append(CultureInfo.InvariantCulture, $"fill=\"{line.Colour}\"/>")
                .Append(CultureInfo.InvariantCulture, $"<text x=\"{x + 18}\" y=\"{y}\">{WebUtility.HtmlEncode(line.Name)}</text>\n");
        }
        return svg.Append("</svg>").ToString();
    }

    private string Place(ChartData chart, double x, double y)
    {
        var drawn = new SvgChart(chart).Render();
        drawn = drawn[..(drawn.IndexOf("</svg>", StringComparison.Ordinal) + "</svg>".Length)]; // the legend is the picture's
        var place = string.Create(CultureInfo.InvariantCulture, $"x=\"{x}\" y=\"{y + Head}\" width=\"{Wide}\" height=\"{High}\"");
        return string.Create(CultureInfo.InvariantCulture, $"<text class=\"head\" x=\"{x + 46}\" y=\"{y + 14}\">{chart.Title}</text>")
            + drawn.Replace("<svg class=\"chart\"", $"<svg class=\"chart\" {place}", StringComparison.Ordinal);
    }
}

/// <summary>How a line is drawn.</summary>
/// <param name="Colour">As CSS has it.</param>
/// <param name="Name">In the legend; null for a line that needs no name there.</param>
/// <param name="IsThin">Drawn behind the others' importance: an interval.</param>
internal sealed record PictureLine(string Colour, string? Name, bool IsThin = false);
