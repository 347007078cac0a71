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
    private const int Probe = 2; // of the figures

    private static readonly string[] s_colours = [ChartPicture.Blue, ChartPicture.Orange, ChartPicture.Violet];

    private static readonly (string Name, bool Percent, Func<WorthRow, Estimate?> Value)[] s_figures =
    [
        ("PNMI", false, row => row.Pnmi), ("ABX across speakers", true, row => row.AbxAcross),
        ("linear probe, held-out recordings", true, row => row.Probe),
    ];

    public string Svg() => new ChartPicture("What checkpoints are worth, by front end",
        [.. runs.Select((run, i) => new PictureLine(s_colours[i], run.Name))], [Row(inMinutes: false), Row(inMinutes: true)]).Svg();

    private ChartData[] Row(bool inMinutes) => [.. Enumerable.Range(0, s_figures.Length).Select(figure => Chart(figure, inMinutes))];

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
}
