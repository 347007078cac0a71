using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.CompilerServices;
using HubertSharp.Clustering.Distances;
using HubertSharp.Distributed;

namespace HubertSharp.Clustering;

/// <summary>
/// One centroid set applied to lists of frames, over all threads: labels, squared distances and sums per cluster. Frames are cut into
/// slices of a fixed size and clusters into ranges, so that the result does not depend on the number of threads.
/// </summary>
internal sealed unsafe class ClusterPass : IDisposable
{
    /// <summary>Frames that one thread labels before it takes the next ones; a multiple of every tile.</summary>
    private const int SliceFrames = 512;

    private readonly CentroidPanels _panels;
    private readonly NativeArray<float> _centroids;
    private readonly NativeArray<float> _shift;
    private readonly ConcurrentBag<TileScratch> _scratch = [];
    private readonly ParallelOptions _parallel;
    private readonly Replicas _replicas;

    /// <param name="clusters">How many.</param>
    /// <param name="dimensions">Of a frame.</param>
    /// <param name="parallel">Threads of this process.</param>
    /// <param name="replicas">Processes that share the distances; all of them have all frames.</param>
    public ClusterPass(int clusters, int dimensions, ParallelOptions parallel, Replicas replicas)
    {
        (Clusters, Dimensions, _parallel, _replicas) = (clusters, dimensions, parallel, replicas);
        _panels = new CentroidPanels(clusters, dimensions, NearestCentroid.PanelWidth);
        _centroids = new NativeArray<float>((long)clusters * dimensions);
        _shift = new NativeArray<float>(dimensions);
    }

    public int Clusters { get; }

    public int Dimensions { get; }

    /// <summary>Takes the centroids, [clusters, dimensions]; their mean becomes the origin of all distances.</summary>
    public void SetCentroids(ReadOnlySpan<float> centroids)
    {
        centroids.CopyTo(_centroids.Span());
        for (var d = 0; d < Dimensions; d++)
        {
            var sum = 0.0;
            for (var k = 0; k < Clusters; k++)
                sum += centroids[(k * Dimensions) + d];
            _shift.Start[d] = (float)(sum / Clusters);
        }
        _panels.SetAll(centroids, _shift.Start);
    }

    /// <summary>Labels frames; <paramref name="distances"/> (squared, to the own centroid) may be null.</summary>
    public void Assign(float** rows, int count, int* labels, float* distances)
    {
        var begin = FirstSlice(count, _replicas.Rank);
        ParallelWork.For(FirstSlice(count, _replicas.Rank + 1) - begin, _parallel, slice =>
        {
            if (!_scratch.TryTake(out var scratch))
                scratch = new TileScratch(Dimensions);
            var first = (begin + slice) * SliceFrames;
            var here = Math.Min(SliceFrames, count - first);
            NearestCentroid.Assign(rows + first, here, _panels, _shift.Start, scratch, labels + first);
            if (distances is not null)
            {
                for (var i = first; i < first + here; i++)
                    distances[i] = SquaredDistance(rows[i], _centroids.Start + ((long)labels[i] * Dimensions), Dimensions);
            }
            _scratch.Add(scratch);
        });
        if (_replicas.Count > 1)
            Exchange(count, labels, distances);
    }

    private int FirstSlice(int count, int rank) => (int)((long)((count + SliceFrames - 1) / SliceFrames) * rank / _replicas.Count);

    // what each process found of its slices comes to all: from here on they do what one process does
    private void Exchange(int count, int* labels, float* distances)
    {
        (int First, int Count) Of(int rank)
        {
            var first = Math.Min(FirstSlice(count, rank) * SliceFrames, count);
            return (first, Math.Min(FirstSlice(count, rank + 1) * SliceFrames, count) - first);
        }
        var (first, own) = Of(_replicas.Rank);
        var mine = new byte[own * (sizeof(int) + (distances is null ? 0 : sizeof(float)))];
        new ReadOnlySpan<byte>(labels + first, own * sizeof(int)).CopyTo(mine);
        if (distances is not null)
            new ReadOnlySpan<byte>(distances + first, own * sizeof(float)).CopyTo(mine.AsSpan(own * sizeof(int)));
        _replicas.Doing(RankReport.Shares, 0);
        foreach (var (rank, found) in _replicas.Gather(mine).Index())
        {
            var (start, length) = Of(rank);
            found.AsSpan(0, length * sizeof(int)).CopyTo(new Span<byte>(labels + start, length * sizeof(int)));
            if (distances is not null)
                found.AsSpan(length * sizeof(int)).CopyTo(new Span<byte>(distances + start, length * sizeof(float)));
        }
    }

    /// <summary>Adds labelled frames to the sums.</summary>
    public void Add(float** rows, int count, int* labels, ClusterSums sums)
    {
        var ranges = Math.Clamp(_parallel.MaxDegreeOfParallelism, 1, Clusters);
        ParallelWork.For(ranges, _parallel, range =>
            sums.Add(rows, labels, count, (int)((long)Clusters * range / ranges), (int)((long)Clusters * (range + 1) / ranges)));
    }

    public void Dispose()
    {
        _panels.Dispose();
        _centroids.Dispose();
        _shift.Dispose();
        foreach (var scratch in _scratch)
            scratch.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static float SquaredDistance(float* x, float* y, int dimensions)
    {
        var (even, odd) = (Vector<float>.Zero, Vector<float>.Zero);
        var d = 0;
        for (; d <= dimensions - (2 * Vector<float>.Count); d += 2 * Vector<float>.Count)
        {
            var a = Vector.Load(x + d) - Vector.Load(y + d);
            var b = Vector.Load(x + d + Vector<float>.Count) - Vector.Load(y + d + Vector<float>.Count);
            even += a * a;
            odd += b * b;
        }
        var sum = Vector.Sum(even + odd);
        for (; d < dimensions; d++)
            sum += (x[d] - y[d]) * (x[d] - y[d]);
        return sum;
    }
}
