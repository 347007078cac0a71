namespace HubertSharp.Runs.Reports;

/// <summary>What the figures of a report mean, as sentences.</summary>
internal static class ReportFindings
{
    /// <summary>
    /// Later label sets against MFCC labels per language, then the best trained layer's probe against MFCCs and the best untrained layer.
    /// </summary>
    public static IEnumerable<string> Sentences(PipelineReport report, ReportTexts texts)
    {
        foreach (var mfcc in report.Quality.Where(q => q.Source.Kind == FeatureSourceKind.Mfcc))
        {
            // The layers clustered for the comparison, not the label sets: more clusters alone raise PNMI.
            foreach (var best in report.Quality
                .Where(q => q is { Source.Kind: FeatureSourceKind.TrainedModel, IsLabelSet: false }
                    && q.Language == mfcc.Language
                    && q.Reference == mfcc.Reference)
                .GroupBy(q => q.Source.Iteration)
                .Select(iteration => iteration.MaxBy(q => q.Pnmi)!))
                yield return texts.CompareLabels(mfcc, best);
        }
        foreach (var split in report.Probe.GroupBy(p => p.HeldOut))
        {
            if (split.Where(p => p.Source.Kind == FeatureSourceKind.TrainedModel).MaxBy(p => p.Accuracy) is not { } trained)
                continue;
            foreach (var others in split.Where(p => p.Source.Kind != FeatureSourceKind.TrainedModel).GroupBy(p => p.Source.Kind))
                yield return texts.CompareProbe(trained, others.MaxBy(p => p.Accuracy)!);
        }
    }
}
