using System.Runtime.Intrinsics;
using HubertSharp.Clustering.Distances;
using HubertSharp.Distributed;
using HubertSharp.Features;
using HubertSharp.Runs;

namespace HubertSharp.Clustering;

/// <summary>
/// Fits k-means to a feature dump of any size: k-means++ from several starts on a sample, each improved by a few full iterations;
/// mini-batches over all frames from the best one; full iterations over all frames where asked for.
/// </summary>
/// <remarks>
/// The settings and the mini-batches are those of scikit-learn's MiniBatchKMeans as fairseq's learn_kmeans.py uses it. Deviations: starts
/// are compared after a few iterations, not before; the mini-batches go on counting from the frames of the sample instead of forgetting the
/// start; a sample that is the whole data needs no mini-batches and is iterated until nothing moves.
/// </remarks>
public sealed unsafe class KMeansTrainer
{
    /// <summary>More iterations than a sample ever needed to settle (scikit-learn's max_iter of full k-means).</summary>
    private const int MostIterations = 300;

    private readonly KMeansOptions _options;
    private readonly FrameSelection _source;
    private readonly IProgress<StageProgress>? _progress;
    private readonly ParallelOptions _parallel;
    private readonly CancellationToken _cancellation;

    private KMeansTrainer(KMeansOptions options, FrameSelection source, IProgress<StageProgress>? progress, CancellationToken cancellation)
    {
        (_options, _source, _progress, _cancellation) = (options, source, progress, cancellation);
        _parallel = options.Parallel(cancellation);
    }

    /// <summary>Clusters the frames of a dump.</summary>
    /// <exception cref="UserException">A setting that cannot be, fewer frames than clusters, or a number that is not finite (with its
    /// place).</exception>
    public static KMeansFit Fit(
        FeatureDumpReader dump, string where, KMeansOptions options, IProgress<StageProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        options.Check();
        var source = new FrameSelection(dump, options.Percent, options.Seed);
        if (source.Count < options.Clusters)
            throw ClusteringFaults.TooFewFrames(where, source.Count, options.Clusters);
        var trainer = new KMeansTrainer(options, source, progress, cancellation);
        return Vector512.IsHardwareAccelerated ? trainer.Run<WideDistanceTile>() : trainer.Run<NarrowDistanceTile>();
    }

    private KMeansFit Run<TTile>()
        where TTile : struct, IDistanceTile
    {
        _options.Replicas.Doing(RankReport.Shares, 0);
        using var pool = FramePool.Load(_source, _options.MemoryBytes, _options.Seed, _progress, _parallel);
        var (centroids, weights, settled) = BestStart<TTile>(pool);
        var isComplete = settled is not null;
        using var pass = new ClusterPass(_options.Clusters, _source.Dimensions, _parallel, _options.Replicas);
        using var sums = new ClusterSums(_options.Clusters, _source.Dimensions);
        var batches = isComplete ? 0 : MiniBatches(pool, pass, sums, centroids, weights);
        using var sweep = new FrameSweep(_source, pool);
        var iterations = 0;
        var farthest = new FarthestFrames();
        var inertia = FullPass(sweep, pass, sums, centroids, farthest);
        for (var moved = !isComplete; moved && iterations < _options.Lloyd; iterations++)
        {
            var before = (float[])centroids.Clone();
            farthest.FillEmpty(sums);
            CentroidUpdate.Means(sums, centroids);
            inertia = FullPass(sweep, pass, sums, centroids, farthest);
            moved = !centroids.AsSpan().SequenceEqual(before);
            _progress?.Report(new StageProgress(iterations + 1, _options.Lloyd, "full iterations"));
        }
        _progress?.Report(new StageProgress(_source.Count, _source.Count, "frames"));
        return new KMeansFit(
            centroids, _options.Clusters, _source.Count, inertia / _source.Count, sums.Counts.Count(c => c == 0), batches, iterations)
        {
            SettledInStarts = settled,
        };
    }

    /// <summary>
    /// Centroids and counts of the start that fits the sample best; where the sample is all frames, whether they settled, else null.
    /// </summary>
    private (float[] Centroids, double[] Weights, bool? Settled) BestStart<TTile>(FramePool pool)
        where TTile : struct, IDistanceTile
    {
        var size = (int)Math.Min(_source.Count, Math.Max(3L * _options.BatchSize, 3L * _options.Clusters));
        var isComplete = size == _source.Count;
        var indices = SeededRandom.ForStream(_options.Seed, -2).Sample(_source.Count, size);
        using var sample = new StartSample(pool, indices, _source.Dimensions, TTile.Frames, _parallel);
        // every process does some of the starts, and hears of the best of all
        var replicas = _options.Replicas;
        int[] own = [.. Enumerable.Range(0, _options.Starts).Where(s => s % replicas.Count == replicas.Rank)];
        return StartResult.Best(replicas, own.Length == 0 ? null : BestOf<TTile>(sample, own, isComplete), isComplete);
    }

    private StartResult BestOf<TTile>(StartSample sample, int[] own, bool isComplete)
        where TTile : struct, IDistanceTile
    {
        var picks = new KMeansPlusPlus<TTile>(sample, own, _options.Clusters, _options.Seed, _parallel)
            .Choose(k => _progress?.Report(new StageProgress(k + 1, _options.Clusters, "first centroids")));
        var starts = new KMeansStart<TTile>[own.Length];
        try
        {
            var done = new StageCounter(_progress, starts.Length, "starts");
            ParallelWork.For(starts.Length, _parallel, s =>
            {
                starts[s] = new KMeansStart<TTile>(sample, picks[s]);
                starts[s].Improve(isComplete ? MostIterations : _options.Polish, _cancellation);
                done.Add();
            });
            var (number, best) = starts.Index().MinBy(s => s.Item.Inertia);
            return new StartResult(own[number], best.Inertia, best.IsSettled, best.Centroids, [.. best.Counts.Select(c => (double)c)]);
        }
        finally
        {
            foreach (var start in starts)
                start?.Dispose();
        }
    }

    private int MiniBatches(FramePool pool, ClusterPass pass, ClusterSums sums, float[] centroids, double[] weights)
    {
        var size = (int)Math.Min(_options.BatchSize, _source.Count);
        var most = (int)Math.Min((double)_options.MaxEpochs * _source.Count / size, int.MaxValue);
        var stop = new MiniBatchStop(_source.Count, size, _options.MaxNoImprovement);
        var random = SeededRandom.ForStream(_options.Seed, -3);
        using var rows = new NativeArray<nint>(size);
        using var labels = new NativeArray<int>(size);
        using var distances = new NativeArray<float>(size);
        for (var step = 0; step < most; step++)
        {
            _cancellation.ThrowIfCancellationRequested();
            for (var i = 0; i < size; i++)
                rows.Start[i] = (nint)pool.Row(random.Below(pool.Count));
            pass.SetCentroids(centroids);
            pass.Assign((float**)rows.Start, size, labels.Start, distances.Start);
            sums.Clear();
            pass.Add((float**)rows.Start, size, labels.Start, sums);
            CentroidUpdate.RunningMeans(sums, centroids, weights);
            pool.Use(size);
            _progress?.Report(new StageProgress(step + 1, most, "mini-batches at most"));
            if (stop.IsReached(Sum(distances.Start, size) / size))
                return step + 1;
        }
        return most;
    }

    /// <summary>Labels all frames and sums them up; returns the inertia.</summary>
    private double FullPass(FrameSweep sweep, ClusterPass pass, ClusterSums sums, float[] centroids, FarthestFrames farthest)
    {
        farthest.Clear();
        pass.SetCentroids(centroids);
        sums.Clear();
        var inertia = 0.0;
        sweep.Run((rows, count, first, labels, distances) =>
        {
            pass.Assign(rows, count, labels, distances);
            pass.Add(rows, count, labels, sums);
            farthest.Offer(rows, labels, distances, count, _source.Dimensions);
            inertia += Sum(distances, count);
        }, _cancellation);
        return inertia;
    }

    private static double Sum(float* values, int count)
    {
        var sum = 0.0;
        for (var i = 0; i < count; i++)
            sum += values[i];
        return sum;
    }
}
