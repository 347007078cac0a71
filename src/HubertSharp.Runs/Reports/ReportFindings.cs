namespace HubertSharp.Runs.Reports;

/// <summary>What the figures of a report mean, as sentences.</summary>
internal static class ReportFindings
{
    /// <summary>
    /// Each iteration's chosen layer against MFCCs and against itself without training, first by what its clusters and its minimal pairs
    /// say, then by the probe.
    /// </summary>
    public static IEnumerable<string> Sentences(PipelineReport report, DifferenceTexts texts)
    {
        var chosen = report.Quality.Where(q => q.IsChosen).ToList();
        foreach (var row in chosen)
        {
            foreach (var difference in row.Differences.Where(d =>
                d.Figure is Figure.Pnmi or Figure.AbxWithin or Figure.AbxAcross && d.Than.Kind != FeatureSourceKind.Fbank))
                yield return texts.OfLayer(row, difference);
        }
        foreach (var probe in report.Probe.Where(p => chosen.Any(row => row.Source == p.Source)))
        {
            foreach (var difference in probe.Differences)
                yield return texts.OfProbe(probe, difference);
        }
    }
}
