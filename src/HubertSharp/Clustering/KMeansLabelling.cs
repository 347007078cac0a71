namespace HubertSharp.Clustering;

/// <summary>What <see cref="KMeansLabels"/> wrote.</summary>
/// <param name="Utterances">Lines of labels.</param>
/// <param name="Counts">Frames of each cluster.</param>
/// <param name="InertiaPerFrame">Mean squared distance of the frames to their centroids.</param>
/// <param name="DictionaryPath">The dictionary beside the labels.</param>
public sealed record KMeansLabelling(int Utterances, long[] Counts, double InertiaPerFrame, string DictionaryPath);
