using HubertSharp.Evaluation.Probe;
using HubertSharp.Evaluation.Resampling;
using HubertSharp.Runs.Reports;

namespace HubertSharp.Evaluation.Quality;

/// <summary>The figures of one label set in one language.</summary>
/// <param name="Labels">What was scored: a label file, or a model's layer.</param>
/// <param name="Language">The manifest's language, or null for all utterances together.</param>
/// <param name="LabelRate">Labels per second.</param>
/// <param name="Quality">Agreement with the reference, over the utterances that it has.</param>
/// <param name="Usage">Cluster histogram, over all utterances of the language.</param>
public sealed record QualityRow(string Labels, string? Language, double LabelRate, LabelQuality Quality, ClusterUsage Usage)
{
    /// <summary>The features that were clustered, where the row is of a layer and not of a label file.</summary>
    public FeatureSet? Features { get; init; }

    /// <summary>Utterances of the manifest with labels, in all its languages.</summary>
    public int ManifestUtterances { get; init; }

    /// <summary>Of these, the ones that the reference does not have: no row counts them in its agreement.</summary>
    public int ManifestUtterancesWithoutReference { get; init; }

    /// <summary>PNMI and purities with their 95% intervals over utterances and over speakers.</summary>
    public required QualityEstimates Estimates { get; init; }

    /// <summary>ABX error within speakers, where the row is of a layer and ABX was asked for.</summary>
    public Estimate? AbxWithin { get; init; }

    /// <summary>ABX error across speakers.</summary>
    public Estimate? AbxAcross { get; init; }

    /// <summary>PNMI on the utterances that the layer is chosen on, which are not those that are scored.</summary>
    public double? ChoicePnmi { get; init; }

    /// <summary>The layer of its model that is best on the utterances that it is chosen on.</summary>
    public bool IsChosen { get; init; }

    /// <summary>
    /// The figures less those of what they are compared with, in the same language: another label file, MFCCs, no training.
    /// </summary>
    public IReadOnlyList<FigureDifference> Differences { get; init; } = [];

    /// <summary>The figures as sums over utterances.</summary>
    internal QualityFigures? Figures { get; init; }

    /// <summary>The ABX errors as sums over utterances.</summary>
    internal IReadOnlyDictionary<Figure, ResampledFigure> Abx { get; init; } = new Dictionary<Figure, ResampledFigure>();
}
