using System.Runtime.CompilerServices;
using HubertSharp.Clustering.Distances;

namespace HubertSharp.Clustering;

/// <summary>
/// One start: centroids on the sample, and full (Lloyd) iterations that improve them. Works on one thread; starts run side by side.
/// </summary>
internal sealed unsafe class KMeansStart<TTile> : IDisposable
    where TTile : struct, IDistanceTile
{
    private readonly StartSample _sample;
    private readonly CentroidPanels _panels;
    private readonly ClusterSums _sums;
    private readonly TileScratch _scratch;
    private readonly NativeArray<int> _labels;
    private readonly NativeArray<float> _distances;
    private readonly NativeArray<nint> _rows;

    /// <param name="sample">The frames.</param>
    /// <param name="picks">Which of them are the first centroids.</param>
    public KMeansStart(StartSample sample, int[] picks)
    {
        _sample = sample;
        Centroids = new float[picks.Length * sample.Dimensions];
        for (var k = 0; k < picks.Length; k++)
            new ReadOnlySpan<float>(sample.Row(picks[k]), sample.Dimensions).CopyTo(Centroids.AsSpan(k * sample.Dimensions));
        _panels = new CentroidPanels(picks.Length, sample.Dimensions, TTile.Centroids);
        _sums = new ClusterSums(picks.Length, sample.Dimensions);
        _scratch = new TileScratch(sample.Dimensions);
        _labels = new NativeArray<int>(sample.Count);
        _labels.Span().Fill(-1);
        _distances = new NativeArray<float>(sample.Count);
        _rows = new NativeArray<nint>(sample.Count);
        for (var i = 0; i < sample.Count; i++)
            _rows.Start[i] = (nint)sample.Row(i);
        Assign();
    }

    /// <summary>[clusters, dimensions].</summary>
    public float[] Centroids { get; }

    /// <summary>Frames of each cluster.</summary>
    public long[] Counts => _sums.Counts;

    /// <summary>Sum of the squared distances of the sample's frames to their centroids.</summary>
    public double Inertia { get; private set; }

    /// <summary>No frame changed its cluster in the last iteration.</summary>
    public bool IsSettled { get; private set; }

    /// <summary>At most so many iterations more.</summary>
    public void Improve(int iterations, CancellationToken cancellation)
    {
        for (var i = 0; i < iterations && !IsSettled; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            CentroidUpdate.FillEmpty(_sums, (float**)_rows.Start, _labels.Start, _distances.Start, _sample.Count);
            CentroidUpdate.Means(_sums, Centroids);
            Assign();
        }
    }

    public void Dispose()
    {
        _panels.Dispose();
        _sums.Dispose();
        _scratch.Dispose();
        _labels.Dispose();
        _distances.Dispose();
        _rows.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Assign()
    {
        _panels.SetAll(Centroids, _sample.Shift);
        _sums.Clear();
        Inertia = 0;
        IsSettled = true;
        for (var tile = 0; tile < _sample.Tiles; tile++)
        {
            NearestCentroid.OfTile<TTile>(_sample.Tile(tile), _panels, _scratch);
            var first = tile * TTile.Frames;
            for (var i = 0; i < TTile.Frames && first + i < _sample.Count; i++)
            {
                IsSettled &= _labels.Start[first + i] == _scratch.Index[i];
                _labels.Start[first + i] = _scratch.Index[i];
                var distance = MathF.Max(_scratch.Best[i] + _sample.Norms[first + i], 0);
                _distances.Start[first + i] = distance;
                Inertia += distance;
            }
        }
        _sums.Add((float**)_rows.Start, _labels.Start, _sample.Count, 0, _panels.Count);
    }
}
