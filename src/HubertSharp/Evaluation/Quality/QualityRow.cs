using HubertSharp.Evaluation.Probe;

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
}
