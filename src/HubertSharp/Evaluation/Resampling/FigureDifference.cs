using HubertSharp.Runs.Reports;

namespace HubertSharp.Evaluation.Resampling;

/// <summary>A figure of one set of features or labels less that of another.</summary>
/// <param name="Figure">Which figure.</param>
/// <param name="Than">The name of the other.</param>
/// <param name="Paired">The difference.</param>
public sealed record FigureDifference(Figure Figure, string Than, PairedDifference Paired);
