using HubertSharp.Clustering.Distances;
using HubertSharp.Distributed;

namespace HubertSharp.Clustering;

/// <summary>
/// Labels frames with a model, again and again, without setting it up each time. Not thread-safe; it uses threads itself.
/// </summary>
public sealed unsafe class KMeansLabeller : IDisposable
{
    private readonly ClusterPass _pass;

    /// <param name="model">The centroids.</param>
    /// <param name="threads">Threads; 0 takes all cores.</param>
    /// <param name="cancellation">Stops the labelling of many frames.</param>
    public KMeansLabeller(KMeansModel model, int threads = 0, CancellationToken cancellation = default)
        : this(model, threads, Replicas.Alone, cancellation)
    {
    }

    /// <param name="model">The centroids.</param>
    /// <param name="threads">Threads; 0 takes all cores.</param>
    /// <param name="replicas">Processes that all label the same frames, and share the work.</param>
    /// <param name="cancellation">Stops the labelling of many frames.</param>
    internal KMeansLabeller(KMeansModel model, int threads, Replicas replicas, CancellationToken cancellation)
    {
        _pass = new ClusterPass(model.Clusters, model.Dimensions,
            new KMeansOptions { Clusters = model.Clusters, Threads = threads }.Parallel(cancellation), replicas);
        _pass.SetCentroids(model.Centroids);
    }

    internal ClusterPass Pass => _pass;

    /// <summary>The nearest centroid of each frame, the first of equals.</summary>
    /// <param name="frames">[frames, dimensions].</param>
    /// <returns>[frames].</returns>
    public int[] Assign(ReadOnlySpan<float> frames)
    {
        if (frames.Length % _pass.Dimensions != 0)
            throw new ArgumentException($"{frames.Length} numbers are no frames of {_pass.Dimensions} dimensions", nameof(frames));
        var count = frames.Length / _pass.Dimensions;
        var labels = new int[count];
        using var rows = new NativeArray<nint>(count);
        fixed (float* start = frames)
        fixed (int* target = labels)
        {
            for (var i = 0; i < count; i++)
                rows.Start[i] = (nint)(start + ((long)i * _pass.Dimensions));
            if (count > 0)
                _pass.Assign((float**)rows.Start, count, target, null);
        }
        return labels;
    }

    public void Dispose() => _pass.Dispose();
}
