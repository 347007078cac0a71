using System.Globalization;
using HubertSharp.Runs.Reports;

namespace HubertSharp.Tests.Docs;

/// <summary>
/// Draws symbol errors over minutes of labels as one SVG file: a curve for each input and seed, and a thin line for each 95% interval.
/// </summary>
internal sealed class LabelPicture(IReadOnlyList<LabelFigure> figures)
{
    private static readonly Dictionary<string, string> s_colours = new(StringComparer.Ordinal)
    {
        ["pre-trained"] = ChartPicture.Blue,
        ["from scratch"] = ChartPicture.Orange,
        ["MFCC"] = ChartPicture.Violet,
    };

    public string Svg()
    {
        var chart = new ChartData
        {
            Title = "symbol errors on held-out recordings, three seeds, 95% intervals",
            XLabel = "minutes of labels",
            YLabel = "symbol errors",
            Percent = true,
        };
        var lines = new List<PictureLine>();
        void Line(LabelFigure of, string name, IEnumerable<(double Minutes, double Percent)> points, bool isInterval)
        {
            var isNamed = !isInterval && lines.TrueForAll(l => l.Name != of.Input);
            lines.Add(new PictureLine(s_colours[of.Input], isNamed ? of.Input : null, isInterval));
            chart.Line(name, points.Select(p => (p.Minutes, p.Percent / 100)), dots: !isInterval);
        }

        foreach (var curve in figures.GroupBy(f => (f.Input, f.Seed)))
            Line(curve.First(), $"{curve.Key.Input}, seed {curve.Key.Seed}", curve.Select(f => (f.Minutes, f.Errors)), isInterval: false);
        foreach (var f in figures)
            Line(f, $"{f.Input}, seed {f.Seed}, 95%", [(f.Minutes, f.Low), (f.Minutes, f.High)], isInterval: true);
        return new ChartPicture("How far labels go, with pre-training and without", lines, [[chart]]) { Wide = 700 }.Svg();
    }
}

/// <summary>A line of <c>docs/curves/labels-debian-zh-en.tsv</c>: symbol errors in percent.</summary>
internal sealed record LabelFigure(string Input, double Minutes, int Seed, double Errors, double Low, double High)
{
    /// <summary>As the tables of docs have it.</summary>
    public string Cell => string.Create(CultureInfo.InvariantCulture, $"{Errors:0.0}% ({Low:0.0}–{High:0.0})");

    public static LabelFigure[] Read(string path) =>
        [.. File.ReadLines(path).Skip(1).Select(line => line.Split('\t')).Select(c => new LabelFigure(
            c[0], Number(c[1]), int.Parse(c[2], CultureInfo.InvariantCulture), Number(c[3]), Number(c[4]), Number(c[5])))];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
