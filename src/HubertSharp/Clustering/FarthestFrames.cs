namespace HubertSharp.Clustering;

/// <summary>The frame of each chunk that is farthest from its centroid: new centroids for clusters that lost all their frames.</summary>
internal sealed unsafe class FarthestFrames
{
    private readonly List<(float Distance, int Label, float[] Frame)> _frames = [];

    public void Clear() => _frames.Clear();

    public void Offer(float** rows, int* labels, float* distances, int count, int dimensions)
    {
        var farthest = 0;
        for (var i = 1; i < count; i++)
        {
            if (distances[i] > distances[farthest])
                farthest = i;
        }
        if (distances[farthest] > 0)
            _frames.Add((distances[farthest], labels[farthest], new ReadOnlySpan<float>(rows[farthest], dimensions).ToArray()));
    }

    /// <summary>Gives the farthest of them to the clusters without frames, as far as they go.</summary>
    public void FillEmpty(ClusterSums sums)
    {
        var next = 0;
        var ordered = _frames.OrderByDescending(f => f.Distance).ToList();
        for (var k = 0; k < sums.Counts.Length && next < ordered.Count; k++)
        {
            if (sums.Counts[k] > 0)
                continue;
            var (_, label, frame) = ordered[next++];
            if (sums.Counts[label] < 2)
                continue;
            fixed (float* row = frame)
                sums.Move(row, label, k);
        }
    }
}
