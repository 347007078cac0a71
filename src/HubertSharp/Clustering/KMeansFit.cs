namespace HubertSharp.Clustering;

/// <summary>What <see cref="KMeansTrainer"/> found.</summary>
/// <param name="Centroids">[clusters, dimensions].</param>
/// <param name="Clusters">Number of clusters.</param>
/// <param name="Frames">Frames of the selection.</param>
/// <param name="InertiaPerFrame">Mean squared distance of those frames to their centroids.</param>
/// <param name="EmptyClusters">Clusters that no frame belongs to.</param>
/// <param name="MiniBatches">Mini-batches done.</param>
/// <param name="LloydIterations">Full iterations over all frames done.</param>
public sealed record KMeansFit(
    float[] Centroids, int Clusters, long Frames, double InertiaPerFrame, int EmptyClusters, int MiniBatches, int LloydIterations)
{
    /// <summary>
    /// Whether the best start ended with no frame changing its cluster, where the starts had all frames, so that neither mini-batches nor
    /// full iterations were left to do; null where they had a sample.
    /// </summary>
    public bool? SettledInStarts { get; init; }
}
