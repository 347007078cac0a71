namespace HubertSharp.Runs.Reports;

/// <summary>What the figures of a report mean, as sentences.</summary>
internal static class ReportFindings
{
    /// <summary>Later label sets against MFCC labels per language, then the trained model's probe against the other inputs.</summary>
    public static IEnumerable<string> Sentences(PipelineReport report, ReportTexts texts)
    {
        foreach (var mfcc in report.Quality.Where(q => q.Source.Kind == FeatureSourceKind.Mfcc))
        {
            foreach (var best in report.Quality
                .Where(q => q.Source.Kind == FeatureSourceKind.TrainedModel && q.Language == mfcc.Language && q.Reference == mfcc.Reference)
                .GroupBy(q => q.Source.Iteration)
                .Select(iteration => iteration.MaxBy(q => q.Pnmi)!))
                yield return texts.CompareLabels(mfcc, best);
        }
        if (report.Probe.Where(p => p.Source.Kind == FeatureSourceKind.TrainedModel).MaxBy(p => p.Accuracy) is { } trained)
        {
            foreach (var other in report.Probe.Where(p => p.Source.Kind != FeatureSourceKind.TrainedModel))
                yield return texts.CompareProbe(trained, other);
        }
    }
}
