using System.Numerics;
using System.Runtime.CompilerServices;
using HubertSharp.Clustering.Distances;

namespace HubertSharp.Clustering;

/// <summary>Sum and number of the frames of each cluster, in double precision.</summary>
internal sealed unsafe class ClusterSums : IDisposable
{
    private readonly NativeArray<double> _sums;

    public ClusterSums(int clusters, int dimensions)
    {
        Dimensions = dimensions;
        Counts = new long[clusters];
        _sums = new NativeArray<double>((long)clusters * dimensions);
        Clear();
    }

    public int Dimensions { get; }

    public long[] Counts { get; }

    public double* Of(int cluster) => _sums.Start + ((long)cluster * Dimensions);

    public void Clear()
    {
        Array.Clear(Counts);
        new Span<double>(_sums.Start, Counts.Length * Dimensions).Clear();
    }

    /// <summary>
    /// Adds the frames whose label lies in a range, in their order: each cluster's sum is the same however the clusters are shared out.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(float** rows, int* labels, int count, int firstCluster, int endCluster)
    {
        for (var i = 0; i < count; i++)
        {
            var label = labels[i];
            if (label < firstCluster || label >= endCluster)
                continue;
            Counts[label]++;
            AddRow(Of(label), rows[i], Dimensions);
        }
    }

    /// <summary>Moves one frame from its cluster to one that has none.</summary>
    public void Move(float* row, int from, int to)
    {
        for (var d = 0; d < Dimensions; d++)
        {
            Of(from)[d] -= row[d];
            Of(to)[d] = row[d];
        }
        Counts[from]--;
        Counts[to] = 1;
    }

    public void Dispose() => _sums.Dispose();

    private static void AddRow(double* sum, float* row, int dimensions)
    {
        var d = 0;
        for (; d <= dimensions - Vector<float>.Count; d += Vector<float>.Count)
        {
            Vector.Widen(Vector.Load(row + d), out var low, out var high);
            (Vector.Load(sum + d) + low).Store(sum + d);
            (Vector.Load(sum + d + Vector<double>.Count) + high).Store(sum + d + Vector<double>.Count);
        }
        for (; d < dimensions; d++)
            sum[d] += row[d];
    }
}
