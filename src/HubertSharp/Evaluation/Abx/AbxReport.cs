using HubertSharp.Runs.Reports;

namespace HubertSharp.Evaluation.Abx;

/// <summary>An ABX error and what it was computed from.</summary>
/// <param name="Mode"><c>within</c> or <c>across</c> speakers.</param>
/// <param name="Error">The error, 0 to 1, with its intervals; chance is 0.5.</param>
/// <param name="Cells">Cells that it is the mean of.</param>
/// <param name="Triples">Triples in them.</param>
/// <param name="Pairs">Ordered pairs of phones.</param>
/// <param name="Speakers">Speakers of A and B.</param>
public sealed record AbxResult(string Mode, Estimate Error, int Cells, long Triples, int Pairs, int Speakers);

/// <summary>The errors of one set of features.</summary>
/// <param name="Features">Where the features are.</param>
/// <param name="FeatureRate">Frames per second.</param>
/// <param name="Items">Items that hold a frame.</param>
/// <param name="ShortItems">Items left out because no frame lies in them.</param>
/// <param name="Results">Within and across speakers, as asked for.</param>
public sealed record AbxFeatureReport(
    string Features, double FeatureRate, int Items, int ShortItems, IReadOnlyList<AbxResult> Results);

/// <summary>What <c>hubert abx</c> prints.</summary>
/// <param name="Settings">Distance, caps, seed.</param>
/// <param name="Features">The features, then those that they are compared with, if any.</param>
/// <param name="Differences">The first features' error less the second's, by mode; empty for one set.</param>
public sealed record AbxReport(
    AbxOptions Settings, IReadOnlyList<AbxFeatureReport> Features, IReadOnlyDictionary<string, PairedDifference> Differences);
