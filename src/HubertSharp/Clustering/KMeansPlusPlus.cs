using System.Numerics;
using System.Runtime.CompilerServices;
using HubertSharp.Clustering.Distances;
using HubertSharp.Runs;

namespace HubertSharp.Clustering;

/// <summary>
/// k-means++ (Arthur and Vassilvitskii, 2007) as scikit-learn does it: each next centroid is the best of 2 + ln K candidates, drawn with a
/// probability proportional to the squared distance from the centroids so far.
/// </summary>
/// <remarks>
/// All starts advance together over one sample: their candidates form panels of one matrix product, so that the sample goes through the
/// cache once per step instead of once per candidate. scikit-learn draws another sample for every start.
/// </remarks>
internal sealed unsafe class KMeansPlusPlus<TTile>
    where TTile : struct, IDistanceTile
{
    /// <summary>Tiles whose distances are summed by one thread, in their order: the sums do not depend on the threads.</summary>
    private const int BlockTiles = 8;

    private readonly StartSample _sample;
    private readonly int _starts;
    private readonly int _clusters;
    private readonly int _candidates;
    private readonly SeededRandom[] _random;
    private readonly ParallelOptions _parallel;
    private readonly int _blocks;

    /// <param name="sample">The frames.</param>
    /// <param name="starts">Numbers of the starts, each with a stream of its own.</param>
    /// <param name="clusters">How many.</param>
    /// <param name="seed">Of all streams.</param>
    /// <param name="parallel">Threads.</param>
    public KMeansPlusPlus(StartSample sample, int[] starts, int clusters, long seed, ParallelOptions parallel)
    {
        (_sample, _starts, _clusters, _parallel) = (sample, starts.Length, clusters, parallel);
        _candidates = 2 + (int)Math.Log(clusters);
        _random = [.. starts.Select(s => SeededRandom.ForStream(seed, s))];
        _blocks = (sample.Tiles + BlockTiles - 1) / BlockTiles;
    }

    private int PaddedFrames => _sample.Tiles * TTile.Frames;

    /// <summary>The chosen frames of every start, as indices into the sample.</summary>
    public int[][] Choose(Action<int>? chosen = null)
    {
        var picks = new int[_starts][];
        for (var s = 0; s < _starts; s++)
        {
            picks[s] = new int[_clusters];
            picks[s][0] = (int)_random[s].Below(_sample.Count);
        }
        // squared distance of each frame to the nearest centroid of each start
        using var closest = new NativeArray<float>((long)_starts * PaddedFrames);
        for (var s = 0; s < _starts; s++)
        {
            var own = closest.Span((long)s * PaddedFrames, PaddedFrames);
            own.Fill(float.PositiveInfinity);
            own[_sample.Count..].Clear(); // frames that only fill the last tile count for nothing
        }
        using var single = new CentroidPanels(_starts, _sample.Dimensions, TTile.Centroids);
        using var several = new CentroidPanels(_starts * _candidates, _sample.Dimensions, TTile.Centroids);
        single.ClearRest();
        several.ClearRest();
        var candidates = new int[_starts * _candidates];
        for (var k = 1; k < _clusters; k++)
        {
            _parallel.CancellationToken.ThrowIfCancellationRequested();
            for (var s = 0; s < _starts; s++)
                single.Set(s, _sample.Row(picks[s][k - 1]), _sample.Shift);
            var potentials = Sweep(single, 1, closest, lower: true);
            for (var s = 0; s < _starts; s++)
            {
                for (var c = 0; c < _candidates; c++)
                {
                    var index = candidates[(s * _candidates) + c] = Draw(
                        _random[s], closest.Start + ((long)s * PaddedFrames), potentials, s);
                    several.Set((s * _candidates) + c, _sample.Row(index), _sample.Shift);
                }
            }
            potentials = Sweep(several, _candidates, closest, lower: false);
            for (var s = 0; s < _starts; s++)
            {
                var best = Enumerable.Range(s * _candidates, _candidates).MinBy(c => Sum(potentials, c));
                picks[s][k] = candidates[best];
            }
            chosen?.Invoke(k);
        }
        return picks;
    }

    /// <summary>
    /// Sums min(closest, distance to the vector) over the frames of each block, for each vector; <paramref name="perStart"/> vectors
    /// belong to each start. With <paramref name="lower"/> that minimum is also kept.
    /// </summary>
    /// <returns>[vectors][blocks].</returns>
    private double[][] Sweep(CentroidPanels vectors, int perStart, NativeArray<float> closest, bool lower)
    {
        var sums = new double[vectors.Count][];
        for (var v = 0; v < sums.Length; v++)
            sums[v] = new double[_blocks];
        ParallelWork.For(_blocks, _parallel, block =>
        {
            using var dots = new NativeArray<float>(TTile.Frames * TTile.Centroids);
            var end = Math.Min((block + 1) * BlockTiles, _sample.Tiles);
            for (var panel = 0; panel < vectors.Panels; panel++)
            {
                var here = Math.Min(TTile.Centroids, vectors.Count - (panel * TTile.Centroids));
                for (var tile = block * BlockTiles; tile < end; tile++)
                {
                    TTile.Dot(_sample.Tile(tile), vectors.Panel(panel), _sample.Dimensions, dots.Start);
                    for (var c = 0; c < here; c++)
                    {
                        var vector = (panel * TTile.Centroids) + c;
                        var nearest = closest.Start + ((long)(vector / perStart) * PaddedFrames) + (tile * TTile.Frames);
                        sums[vector][block] += Minimum(dots.Start + (c * TTile.Frames), vectors.Norms[vector], tile, nearest, lower);
                    }
                }
            }
        });
        return sums;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private float Minimum(float* dots, float vectorNorm, int tile, float* nearest, bool lower)
    {
        var norms = _sample.Norms + (tile * TTile.Frames);
        var sum = Vector<float>.Zero;
        var two = new Vector<float>(2f);
        var norm = new Vector<float>(vectorNorm);
        for (var i = 0; i < TTile.Frames; i += Vector<float>.Count)
        {
            var distance = Vector.Max(Vector.Load(norms + i) + norm - (two * Vector.Load(dots + i)), Vector<float>.Zero);
            var minimum = Vector.Min(distance, Vector.Load(nearest + i));
            sum += minimum;
            if (lower)
                minimum.Store(nearest + i);
        }
        return Vector.Sum(sum);
    }

    /// <summary>Draws a frame with a probability proportional to its distance.</summary>
    private int Draw(SeededRandom random, float* closest, double[][] sums, int start)
    {
        var value = random.NextDouble() * Sum(sums, start);
        var block = 0;
        while (block < _blocks - 1 && value >= sums[start][block])
            value -= sums[start][block++];
        var end = Math.Min((block + 1) * BlockTiles * TTile.Frames, _sample.Count);
        var frame = block * BlockTiles * TTile.Frames;
        while (frame < end - 1 && (value -= closest[frame]) >= 0)
            frame++;
        return frame;
    }

    private static double Sum(double[][] sums, int vector)
    {
        var total = 0.0;
        foreach (var sum in sums[vector])
            total += sum;
        return total;
    }
}
