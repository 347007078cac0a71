using HubertSharp.Runs.Languages;

namespace HubertSharp.Runs.Reports;

/// <summary>
/// The curves of worth of a report: one line per iteration over the hours of audio that it heard, MFCCs as the level to cross.
/// </summary>
internal sealed class WorthCharts(ReportLanguage language)
{
    private readonly ReportTexts _texts = new(language);
    private readonly DifferenceTexts _figures = new(language);

    private static readonly (Figure Figure, Func<WorthRow, Estimate?> Value)[] s_figures =
    [
        (Figure.Pnmi, row => row.Pnmi), (Figure.AbxAcross, row => row.AbxAcross), (Figure.AbxWithin, row => row.AbxWithin),
        (Figure.Probe, row => row.Probe),
    ];

    /// <param name="worth">By iteration.</param>
    public IEnumerable<ChartData> Of(IReadOnlyList<RunWorth> worth) =>
        from tongue in worth.SelectMany(w => w.Rows).Select(row => row.Language).Distinct()
        from figure in s_figures
        let chart = Chart(worth, tongue, figure.Figure, figure.Value)
        where chart.Lines.Count > 0
        select chart;

    /// <summary>Errors after the short fine-tunings; null where there are none.</summary>
    /// <param name="worth">By iteration.</param>
    public ChartData? OfFinetunings(IReadOnlyList<RunWorth> worth)
    {
        var name = _figures.Name(Figure.SymbolErrors);
        var chart = new ChartData { Title = name, XLabel = _texts.AudioHeard, YLabel = name, Percent = true };
        for (var i = 0; i < worth.Count; i++)
            chart.Line(_texts.Iteration(i + 1), worth[i].Finetunings.Where(t => t is { AudioHours: not null, Errors.Count: > 0 })
                .Select(t => (t.AudioHours!.Value, t.Errors[0].Symbols.Value)));
        return chart.Lines.Count > 0 ? chart : null;
    }

    private ChartData Chart(IReadOnlyList<RunWorth> worth, string? tongue, Figure figure, Func<WorthRow, Estimate?> value)
    {
        var name = _figures.Name(figure) + (tongue is null ? "" : $", {_texts.LanguageName(tongue)}");
        var chart = new ChartData { Title = name, XLabel = _texts.AudioHeard, YLabel = name, Percent = figure != Figure.Pnmi };
        for (var i = 0; i < worth.Count; i++)
        {
            var curve = worth[i].Curve(tongue);
            chart.Line(_texts.Iteration(i + 1), curve.Where(row => row.AudioHours is not null && value(row) is not null)
                .Select(row => (row.AudioHours!.Value, value(row)!.Value)));
            if (i == 0 && worth[i].Rival(curve) is { } rival)
                chart.Level(rival.Features, (value(rival) ?? (figure == Figure.Probe ? worth[i].ProbeRival(tongue) : null))?.Value);
        }
        return chart;
    }
}
