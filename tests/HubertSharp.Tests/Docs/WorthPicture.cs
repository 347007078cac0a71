using System.Globalization;
using System.Net;
using System.Text;
using HubertSharp.Runs.Reports;

namespace HubertSharp.Tests.Docs;

/// <summary>
/// Draws the curves of worth of several runs over hours heard and over minutes, MFCCs as the line to cross, as one SVG file.
/// </summary>
/// <param name="runs">
/// A run's name in the legend, its figures, and the seconds of audio per second that its front end trains with alone on two cores
/// (<c>bench step</c>): the minutes of a run beside other work are the other work's.
/// </param>
internal sealed class WorthPicture(IReadOnlyList<(string Name, RunWorth Worth, double Rate)> runs)
{
    private const double Wide = 460, High = 246, Gap = 16, Head = 24, Foot = 34;

    private const int Probe = 2; // of the figures

    private static readonly string[] s_colours = ["#1f6feb", "#d9730d", "#7d4cdb", "#0a8f8f"];

    private static readonly (string Name, bool Percent, Func<WorthRow, Estimate?> Value)[] s_figures =
    [
        ("PNMI", false, row => row.Pnmi), ("ABX across speakers", true, row => row.AbxAcross),
        ("linear probe, held-out recordings", true, row => row.Probe),
    ];

    public string Svg()
    {
        var (width, height) = ((3 * Wide) + (4 * Gap), (2 * (Head + High)) + (3 * Gap) + Foot);
        var svg = new StringBuilder(string.Create(CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\">\n"));
        svg.Append("<title>What checkpoints are worth, by front end</title>\n<style>\n")
            .Append("text { font-family: system-ui, sans-serif; font-size: 12px; fill: #4b545d } ")
            .Append(".head { font-size: 14px; font-weight: 600 }\n")
            .Append(".grid { stroke: #e3e5e8 } .axis { stroke: #646c75 } .level { stroke: #646c75; stroke-dasharray: 5 4 }\n")
            .Append(".line { fill: none; stroke-width: 2 } .hover { fill: transparent }\n");
        for (var i = 0; i < runs.Count; i++)
            svg.Append(CultureInfo.InvariantCulture, $".line.s{i} {{ stroke: {s_colours[i]} }} .dot.s{i} {{ fill: {s_colours[i]} }}\n");
        svg.Append("</style>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
        for (var row = 0; row < 2; row++)
        {
            for (var column = 0; column < s_figures.Length; column++)
            {
                var chart = Chart(column, inMinutes: row == 1);
                svg.Append(Place(chart, Gap + (column * (Wide + Gap)), Gap + (row * (Head + High + Gap)))).Append('\n');
            }
        }
        for (var i = 0; i < runs.Count; i++)
        {
            var (x, y) = (Gap + 40 + (i * 220), height - 20);
            svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x}\" y=\"{y - 10}\" width=\"12\" height=\"12\" rx=\"3\" ")
                .Append(CultureInfo.InvariantCulture, $"fill=\"{s_colours[i]}\"/>")
                .Append(CultureInfo.InvariantCulture, $"<text x=\"{x + 18}\" y=\"{y}\">{WebUtility.HtmlEncode(runs[i].Name)}</text>\n");
        }
        return svg.Append("</svg>").ToString();
    }

    private ChartData Chart(int figure, bool inMinutes)
    {
        var (name, percent, value) = s_figures[figure];
        var chart = new ChartData
        {
            Title = name,
            YLabel = name,
            Percent = percent,
            XLabel = inMinutes ? "minutes of training on two cores" : "hours of audio heard, repetitions counted",
        };
        var tongue = runs[0].Worth.Rows.Select(row => row.Language).FirstOrDefault(l => l is not null);
        foreach (var (run, worth, rate) in runs)
            chart.Line(run, worth.Curve(tongue).Where(row => value(row) is not null)
                .Select(row => ((row.AudioHours ?? 0) * (inMinutes ? 60 / rate : 1), value(row)!.Value)));
        if (figure == Probe) // over whole segments, whatever the rate of frames
            return chart.Level("mfcc", runs[0].Worth.ProbeRival(tongue)?.Value);
        foreach (var rival in runs.Select(r => r.Worth.Rival(r.Worth.Curve(tongue))).OfType<WorthRow>().DistinctBy(r => r.Features))
            chart.Level(rival.Features, value(rival)?.Value);
        return chart;
    }

    private static string Place(ChartData chart, double x, double y)
    {
        var drawn = new SvgChart(chart).Render();
        drawn = drawn[..(drawn.IndexOf("</svg>", StringComparison.Ordinal) + "</svg>".Length)]; // the legend is the picture's
        var place = string.Create(CultureInfo.InvariantCulture, $"x=\"{x}\" y=\"{y + Head}\" width=\"{Wide}\" height=\"{High}\"");
        return string.Create(CultureInfo.InvariantCulture, $"<text class=\"head\" x=\"{x + 46}\" y=\"{y + 14}\">{chart.Title}</text>")
            + drawn.Replace("<svg class=\"chart\"", $"<svg class=\"chart\" {place}", StringComparison.Ordinal);
    }
}
