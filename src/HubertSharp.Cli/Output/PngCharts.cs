using HubertSharp.Runs;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Reports;
using ScottPlot;
using SkiaSharp;

namespace HubertSharp.Cli.Output;

/// <summary>Draws a report's charts as PNG files.</summary>
internal static class PngCharts
{
    private const int Width = 1100;
    private const int Height = 620;

    /// <summary>Chinese fonts are set higher than the library expects.</summary>
    private const float ChineseDrop = 9;
    private static readonly Color[] Colours =
    [
        Color.FromHex("#1f6feb"), Color.FromHex("#d9730d"), Color.FromHex("#7d4cdb"), Color.FromHex("#0a8f8f"),
    ];

    /// <summary>Writes one file per chart into the folder.</summary>
    /// <param name="folder">Made when it is missing.</param>
    /// <param name="charts">What to draw.</param>
    /// <param name="font">A font family; null takes the library's own choice.</param>
    /// <returns>The files.</returns>
    /// <exception cref="UserException">The folder cannot be written, or the machine lacks what the drawing library needs.</exception>
    public static IReadOnlyList<string> Write(string folder, IReadOnlyList<ChartData> charts, string? font = null)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var files = new List<string>();
            foreach (var chart in charts)
            {
                using var plot = Plot(chart, font);
                files.Add(Path.Combine(folder, $"{chart.Name}.png"));
                AtomicFile.Write(OutputKind.Picture.PlaceOf(files[^1]), to => to.Write(plot.GetImageBytes(Width, Height, ImageFormat.Png)));
            }
            return files;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw WriteFaults.Of(folder, e);
        }
        catch (Exception e) when (e is TypeInitializationException or DllNotFoundException or BadImageFormatException)
        {
            throw UserException.Create("cannot draw PNG files on this machine", "--png", found: (e.InnerException ?? e).Message,
                next: "use --html, whose charts need no drawing library", cause: e);
        }
    }

    /// <summary>A font of this machine that has Chinese characters; null where there is none.</summary>
    public static string? ChineseFont()
    {
        // the library's build without dependencies cannot ask for a font by a character
        var fonts = SKFontManager.Default;
        foreach (var family in fonts.FontFamilies.OrderBy(f => f.Contains("Sans", StringComparison.Ordinal) ? 0 : 1))
        {
            using var typeface = fonts.MatchFamily(family);
            if (typeface?.ContainsGlyph('损') == true && typeface.ContainsGlyph('e'))
                return family;
        }
        return null;
    }

    private static Plot Plot(ChartData chart, string? font)
    {
        var plot = new Plot();
        if (chart.Band.Count > 1)
        {
            var band = plot.Add.FillY([.. chart.Band.Select(b => b.X)], [.. chart.Band.Select(b => b.Low)],
                [.. chart.Band.Select(b => b.High)]);
            band.FillColor = Color.FromHex("#1a7f4b").WithAlpha(0.15);
            band.LineWidth = 1; // seen where one run alone makes the band
            band.LineColor = Color.FromHex("#1a7f4b").WithAlpha(0.4);
            band.LegendText = chart.BandName;
        }
        foreach (var (line, i) in chart.Lines.Select((l, i) => (l, i)))
        {
            var scatter = plot.Add.Scatter(line.Points.Select(p => p.X).ToArray(),
                line.Points.Select(p => chart.Percent ? 100 * p.Y : p.Y).ToArray(), Colours[i % Colours.Length]);
            scatter.LegendText = line.Name;
            scatter.LineWidth = line.Dots ? 0 : 2;
            scatter.MarkerSize = line.Dots || line.Points.Count == 1 ? 8 : 0;
        }
        foreach (var (name, y) in chart.Levels)
        {
            var level = plot.Add.HorizontalLine(y, 1.5f, Color.FromHex("#646c75"), LinePattern.Dashed);
            level.LegendText = name;
        }
        plot.Title(chart.Percent ? $"{chart.Title} (%)" : chart.Title);
        plot.XLabel(chart.XLabel);
        var corner = chart.FromZero ? Alignment.LowerRight : Alignment.UpperRight;
        // one line alone is what the title says; a legend would only cover it
        if (chart.Lines.Count + chart.Levels.Count > 1 || chart.Band.Count > 1)
            plot.ShowLegend(corner);
        else
            plot.HideLegend();
        if (font is not null)
        {
            // only words: the numbers at the axes would stand beside their marks in a font that is set higher
            plot.Axes.Title.Label.FontName = font;
            plot.Axes.Bottom.Label.FontName = font;
            plot.Legend.FontName = font;
            var items = plot.Legend.GetItems();
            foreach (var item in items)
                item.LabelStyle.OffsetY = ChineseDrop;
            foreach (var named in plot.GetPlottables().OfType<IHasLegendText>())
                named.LegendText = ""; // its item is shown as changed here
            plot.Legend.ManualItems.AddRange(items);
        }
        if (chart.FromZero)
        {
            plot.Axes.AutoScale();
            plot.Axes.SetLimitsY(0, plot.Axes.GetLimits().Top);
        }
        return plot;
    }
}
