using System.Globalization;
using System.Net;
using System.Text;

namespace HubertSharp.Runs.Reports;

/// <summary>
/// Line charts as inline SVG: colours come from the page's style sheet (classes <c>s0</c>, <c>s1</c>, ... and <c>level</c>), so
/// that they follow its light and dark themes.
/// </summary>
internal sealed class SvgChart(ChartData chart)
{
    private const double Width = 560, Height = 300, Left = 56, Right = 14, Top = 14, Bottom = 40;

    private readonly IReadOnlyList<ChartLine> _series = chart.Lines;
    private readonly IReadOnlyList<(string Name, double Y)> _levels = chart.Levels;

    public string Render()
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture,
            $"<svg class=\"chart\" viewBox=\"0 0 {Width} {Height}\" role=\"img\" "
            + $"aria-label=\"{Escape(chart.Title)}\"><title>{Escape(chart.Title)}</title>");
        if (_series.Count > 0)
            Draw(svg);
        return svg.Append("</svg>").Append(Legend()).ToString();
    }

    private void Draw(StringBuilder svg)
    {
        var all = _series.SelectMany(s => s.Points).ToList();
        var (yLow, yHigh) = Bounds(all.Select(p => p.Y).Concat(_levels.Select(l => l.Y))
            .Concat(chart.Band.SelectMany(b => new[] { b.Low, b.High })));
        var (xLow, xHigh) = (Math.Min(0, all.Min(p => p.X)), all.Max(p => p.X));
        if (xHigh <= xLow)
            xHigh = xLow + 1;
        double X(double value) => Left + ((value - xLow) / (xHigh - xLow) * (Width - Left - Right));
        double Y(double value) => Top + ((yHigh - value) / (yHigh - yLow) * (Height - Top - Bottom));
        string Points(IEnumerable<(double X, double Y)> points) =>
            string.Join(' ', points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{X(p.X):0.#},{Y(p.Y):0.##}")));

        foreach (var tick in Ticks(yLow, yHigh, 5))
        {
            svg.Append(CultureInfo.InvariantCulture,
                $"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(tick):0.#}\" y2=\"{Y(tick):0.#}\"/>");
            svg.Append(CultureInfo.InvariantCulture,
                $"<text class=\"tick\" x=\"{Left - 8}\" y=\"{Y(tick) + 4:0.#}\" "
                + $"text-anchor=\"end\">{(chart.Percent ? $"{tick * 100:0.##}%" : Number(tick))}</text>");
        }
        foreach (var tick in Ticks(xLow, xHigh, 6))
            svg.Append(CultureInfo.InvariantCulture,
                $"<text class=\"tick\" x=\"{X(tick):0.#}\" y=\"{Height - Bottom + 18}\" text-anchor=\"middle\">{Number(tick)}</text>");
        svg.Append(CultureInfo.InvariantCulture,
            $"<line class=\"axis\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Height - Bottom}\" y2=\"{Height - Bottom}\"/>");
        svg.Append(CultureInfo.InvariantCulture,
            $"<text class=\"label\" x=\"{Width - Right}\" y=\"{Height - 6}\" text-anchor=\"end\">{Escape(chart.XLabel)}</text>");

        if (chart.Band.Count > 1)
        {
            var corners = chart.Band.Select(b => (b.X, Y: b.High)).Concat(chart.Band.Reverse().Select(b => (b.X, Y: b.Low)));
            svg.Append($"<polygon class=\"band\" points=\"{Points(corners)}\"><title>{Escape(chart.BandName)}</title></polygon>");
        }
        foreach (var (name, y) in _levels)
        {
            svg.Append(CultureInfo.InvariantCulture,
                $"<line class=\"level\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(y):0.#}\" y2=\"{Y(y):0.#}\"/>");
            svg.Append(CultureInfo.InvariantCulture,
                $"<text class=\"levelname\" x=\"{Width - Right}\" y=\"{LevelNameY(y, Y):0.#}\" text-anchor=\"end\">{Escape(name)}</text>");
        }
        for (var i = 0; i < _series.Count; i++)
        {
            var (name, points, dots) = _series[i];
            if (points.Count > 1)
                svg.Append($"<polyline class=\"line s{i}\" points=\"{Points(points.Select(p => (p.X, p.Y)))}\"/>");
            // Points carry their value: the browser shows it on hovering. Only marked points are drawn.
            foreach (var (x, y) in points)
            {
                svg.Append(CultureInfo.InvariantCulture,
                    $"<circle class=\"{(dots || points.Count == 1 ? $"dot s{i}" : "hover")}\" cx=\"{X(x):0.#}\" cy=\"{Y(y):0.##}\" "
                    + $"r=\"{(dots || points.Count == 1 ? 4 : 6)}\">");
                svg.Append($"<title>{Escape(name)}, {Escape(chart.XLabel)} {Number(x)}: "
                    + $"{(chart.Percent ? $"{y * 100:0.0}%" : Precise(y))}</title></circle>");
            }
        }
    }

    /// <summary>The name stands above its line, or below it where a line right above would be hit.</summary>
    private double LevelNameY(double value, Func<double, double> y)
    {
        var hitsOther = _levels.Any(l => l.Y > value && y(value) - y(l.Y) < 16);
        return hitsOther ? y(value) + 13 : y(value) - 4;
    }

    private string Legend()
    {
        if (_series.Count < 2 && chart.Band.Count < 2)
            return "";
        var items = _series.Select((s, i) => $"<span class=\"key\"><i class=\"swatch s{i}\"></i>{Escape(s.Name)}</span>")
            .Concat(chart.Band.Count > 1 ? [$"<span class=\"key\"><i class=\"swatch band\"></i>{Escape(chart.BandName)}</span>"] : []);
        return $"<div class=\"legend\">{string.Concat(items)}</div>";
    }

    private (double Low, double High) Bounds(IEnumerable<double> values)
    {
        var list = values.ToList();
        var (low, high) = (chart.FromZero ? 0 : list.Min(), list.Max());
        if (high - low < 1e-12)
            (low, high) = (low - 0.5, high + 0.5);
        var margin = (high - low) * 0.08;
        return (chart.FromZero ? 0 : low - margin, high + margin);
    }

    /// <summary>Round values (1, 2 or 5 times a power of ten) that divide the range into about <paramref name="count"/> parts.</summary>
    internal static IEnumerable<double> Ticks(double low, double high, int count)
    {
        var rough = (high - low) / count;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = ((double[])[1, 2, 5, 10]).Select(f => f * power).First(s => s >= rough * 0.999);
        for (var i = Math.Ceiling((low / step) - 1e-9); i * step <= high + (step * 1e-9); i++)
            yield return i == 0 ? 0 : i * step; // no minus zero
    }

    private static string Number(double value) =>
        Math.Abs(value) < 1e-12 ? "0"
        : Math.Abs(value) is < 0.01 or >= 1e6 ? value.ToString("0.##e0", CultureInfo.InvariantCulture)
        : value.ToString("0.####", CultureInfo.InvariantCulture);

    private static string Precise(double value) =>
        Math.Abs(value) is < 0.01 and > 0
            ? value.ToString("0.###e0", CultureInfo.InvariantCulture)
            : value.ToString("0.000", CultureInfo.InvariantCulture);

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
