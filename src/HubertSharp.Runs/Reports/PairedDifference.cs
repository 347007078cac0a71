namespace HubertSharp.Runs.Reports;

/// <summary>One figure less another of the same utterances, with intervals for which both were drawn alike.</summary>
/// <param name="Difference">The first less the second.</param>
/// <param name="Intervals">Over utterances and over speakers; none over fewer than five of them.</param>
public sealed record PairedDifference(double Difference, IReadOnlyList<ConfidenceInterval> Intervals)
{
    /// <summary>There is an interval, and every one excludes 0: only then is it called a difference.</summary>
    public bool IsDifference => Intervals.Count > 0 && Intervals.All(i => i.ExcludesZero);
}
