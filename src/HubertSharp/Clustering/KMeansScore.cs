using HubertSharp.Distributed;
using HubertSharp.Features;
using HubertSharp.Runs;

namespace HubertSharp.Clustering;

/// <summary>How a model fits the frames of a dump, and how it uses its clusters.</summary>
public sealed record KMeansScore
{
    /// <summary>Number of clusters.</summary>
    public required int Clusters { get; init; }

    /// <summary>Frames that were labelled.</summary>
    public required long Frames { get; init; }

    /// <summary>Mean squared distance of the frames to their centroids.</summary>
    public required double InertiaPerFrame { get; init; }

    /// <summary>Clusters that no frame belongs to.</summary>
    public required int EmptyClusters { get; init; }

    /// <summary>Part of the frames in the largest cluster, 0 to 1.</summary>
    public required double LargestShare { get; init; }

    /// <summary>Entropy of the labels in bits; log2(clusters) when all are equally frequent.</summary>
    public required double EntropyBits { get; init; }

    /// <summary>2 to the power of the entropy: how many equally frequent clusters carry as much.</summary>
    public double EffectiveClusters => Math.Pow(2, EntropyBits);

    /// <summary>Scores a model, and compares its labels with another's.</summary>
    /// <returns>The scores, and the normalised mutual information of the two labellings (0 unrelated, 1 the same; null without another
    /// model).</returns>
    /// <exception cref="UserException">The features are not finite, or cannot be read.</exception>
    public static (KMeansScore Score, KMeansScore? Other, double? Agreement) Measure(
        FeatureDumpReader dump, KMeansModel model, KMeansModel? other, int threads = 0, IProgress<StageProgress>? progress = null,
        CancellationToken cancellation = default) => Measure(dump, model, other, threads, Replicas.Alone, progress, cancellation);

    /// <summary>The same, shared by several processes; all of them have the result.</summary>
    internal static (KMeansScore Score, KMeansScore? Other, double? Agreement) Measure(
        FeatureDumpReader dump, KMeansModel model, KMeansModel? other, int threads, Replicas replicas,
        IProgress<StageProgress>? progress, CancellationToken cancellation)
    {
        var (labels, inertia) = new KMeansScan(model, threads, replicas).Labels(dump, progress, cancellation);
        var score = From(labels, model.Clusters, inertia);
        if (other is null)
            return (score, null, null);
        var (otherLabels, otherInertia) = new KMeansScan(other, threads, replicas).Labels(dump, progress, cancellation);
        var otherScore = From(otherLabels, other.Clusters, otherInertia);
        return (score, otherScore, Agreement(labels, score, otherLabels, otherScore));
    }

    private static KMeansScore From(int[] labels, int clusters, double inertia)
    {
        var counts = new long[clusters];
        foreach (var label in labels)
            counts[label]++;
        return new KMeansScore
        {
            Clusters = clusters,
            Frames = labels.Length,
            InertiaPerFrame = inertia / labels.Length,
            EmptyClusters = counts.Count(c => c == 0),
            LargestShare = (double)counts.Max() / labels.Length,
            EntropyBits = Entropy(counts, labels.Length),
        };
    }

    /// <summary>Mutual information over the mean of the two entropies, as scikit-learn's normalized_mutual_info_score.</summary>
    private static double Agreement(int[] labels, KMeansScore score, int[] otherLabels, KMeansScore other)
    {
        var joint = new Dictionary<long, long>();
        for (var i = 0; i < labels.Length; i++)
            System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(
                joint, ((long)labels[i] << 32) | (uint)otherLabels[i], out _)++;
        var mutual = score.EntropyBits + other.EntropyBits - Entropy(joint.Values, labels.Length);
        var mean = (score.EntropyBits + other.EntropyBits) / 2;
        return mean == 0 ? 1 : mutual / mean;
    }

    private static double Entropy(IEnumerable<long> counts, long total) =>
        counts.Where(c => c > 0).Sum(c => -(double)c / total * Math.Log2((double)c / total));
}
