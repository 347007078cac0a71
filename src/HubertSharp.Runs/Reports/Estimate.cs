namespace HubertSharp.Runs.Reports;

/// <summary>A measured figure and how far it could be another one.</summary>
/// <param name="Value">The figure.</param>
/// <param name="Intervals">Over utterances and over speakers; none over fewer than five of them.</param>
public sealed record Estimate(double Value, IReadOnlyList<ConfidenceInterval> Intervals);
