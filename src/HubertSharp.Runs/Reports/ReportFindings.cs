namespace HubertSharp.Runs.Reports;

/// <summary>What the figures of a report mean, as sentences.</summary>
internal static class ReportFindings
{
    /// <summary>
    /// The chosen layer of the last model against MFCCs and against itself without training: its clusters and minimal pairs language by
    /// language, then the probe.
    /// </summary>
    public static IEnumerable<string> Sentences(PipelineReport report, DifferenceTexts texts)
    {
        var chosen = report.Quality.Where(q => q.IsChosen).GroupBy(q => q.Source.Iteration).MaxBy(model => model.Key)?.ToList() ?? [];
        foreach (var row in chosen.Where(q => q.Language is not null || chosen.Count == 1))
        {
            foreach (var sentence in texts.OfLayer(row, row.Differences.Where(d => d.Than.Kind != FeatureSourceKind.Fbank
                && d.Figure is Figure.Pnmi or Figure.AbxWithin or Figure.AbxAcross)))
                yield return sentence;
        }
        foreach (var probe in report.Probe.Where(p => chosen.Any(row => row.Source == p.Source)))
        {
            foreach (var sentence in texts.OfProbe(probe, probe.Differences.Where(d => d.Than.Kind != FeatureSourceKind.Fbank)))
                yield return sentence;
        }
    }
}
