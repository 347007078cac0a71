namespace HubertSharp.Clustering;

/// <summary>Turns sums of frames into centroids.</summary>
internal static unsafe class CentroidUpdate
{
    /// <summary>Each centroid becomes the mean of its frames; one without frames stays where it is.</summary>
    public static void Means(ClusterSums sums, Span<float> centroids)
    {
        for (var k = 0; k < sums.Counts.Length; k++)
        {
            if (sums.Counts[k] == 0)
                continue;
            for (var d = 0; d < sums.Dimensions; d++)
                centroids[(k * sums.Dimensions) + d] = (float)(sums.Of(k)[d] / sums.Counts[k]);
        }
    }

    /// <summary>
    /// Each centroid becomes the mean of all frames that mini-batches ever gave it: <paramref name="weights"/> counts them.
    /// Sculley (2010), "Web-scale k-means clustering", as scikit-learn does it.
    /// </summary>
    public static void RunningMeans(ClusterSums sums, Span<float> centroids, Span<double> weights)
    {
        for (var k = 0; k < sums.Counts.Length; k++)
        {
            if (sums.Counts[k] == 0)
                continue;
            var weight = weights[k] + sums.Counts[k];
            for (var d = 0; d < sums.Dimensions; d++)
            {
                ref var value = ref centroids[(k * sums.Dimensions) + d];
                value = (float)(((value * weights[k]) + sums.Of(k)[d]) / weight);
            }
            weights[k] = weight;
        }
    }

    /// <summary>
    /// Gives each cluster without frames the frame that is farthest from its own centroid, as scikit-learn's full k-means does.
    /// </summary>
    public static void FillEmpty(ClusterSums sums, float** rows, int* labels, float* distances, int count)
    {
        for (var k = 0; k < sums.Counts.Length; k++)
        {
            if (sums.Counts[k] > 0)
                continue;
            var farthest = 0;
            for (var i = 1; i < count; i++)
            {
                if (distances[i] > distances[farthest])
                    farthest = i;
            }
            if (distances[farthest] <= 0)
                break; // every frame is a centroid: there are fewer different frames than clusters
            sums.Move(rows[farthest], labels[farthest], k);
            labels[farthest] = k;
            distances[farthest] = 0;
        }
    }
}
