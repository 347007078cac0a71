using HubertSharp.Runs.Reports;

namespace HubertSharp.Evaluation.Quality;

/// <summary>The figures of one label set in one language with their 95% intervals.</summary>
/// <param name="Pnmi">PNMI; null for a reference of one class.</param>
/// <param name="ReferencePurity">Phone purity.</param>
/// <param name="ClusterPurity">Cluster purity.</param>
public sealed record QualityEstimates(Estimate? Pnmi, Estimate ReferencePurity, Estimate ClusterPurity);
