using HubertSharp.Clustering;
using HubertSharp.Clustering.Distances;

namespace HubertSharp.Tests.Clustering;

/// <summary>The steps of the algorithm against plain loops in double precision.</summary>
public unsafe class KMeansStepTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(300)]
    public void Full_iterations_are_lloyds(int iterations)
    {
        const int dimensions = 7;
        var frames = ClusteringData.Blobs(500, dimensions, 9, 4, spread: 3);
        int[] picks = [3, 77, 140, 220, 260, 333, 402, 444, 499];
        using var sample = Sample(frames, dimensions);
        using var start = new KMeansStart<WideDistanceTile>(sample, picks);
        start.Improve(iterations, CancellationToken.None);

        var centroids = picks.Select(p => frames.Skip(p * dimensions).Take(dimensions).Select(v => (double)v).ToArray()).ToArray();
        var (labels, inertia) = Plain(frames, centroids);
        for (var i = 0; i < iterations; i++)
        {
            for (var k = 0; k < centroids.Length; k++)
            {
                var own = Enumerable.Range(0, 500).Where(f => labels[f] == k).ToArray();
                centroids[k] = [.. Enumerable.Range(0, dimensions).Select(d => own.Average(f => frames[(f * dimensions) + d]))];
            }
            (labels, inertia) = Plain(frames, centroids);
        }
        Assert.InRange(start.Inertia / inertia, 1 - 1e-5, 1 + 1e-5);
        Assert.Equal(Enumerable.Range(0, 9).Select(k => labels.LongCount(l => l == k)), start.Counts);
        if (iterations is 0 or 300)
            Assert.Equal(iterations == 300, start.IsSettled);
    }

    [Fact]
    public void Running_means_weigh_every_frame_that_was_ever_given_equally()
    {
        using var sums = new ClusterSums(2, 1);
        float[] centroids = [10, -3];
        double[] weights = [0, 4];
        float* frame = stackalloc float[1];
        int* label = stackalloc int[1];
        foreach (var value in new float[] { 2, 4, 6 })
        {
            sums.Clear();
            *frame = value;
            sums.Add(&frame, label, 1, 0, 2);
            CentroidUpdate.RunningMeans(sums, centroids, weights);
        }
        Assert.Equal(4, centroids[0], 1e-6); // the start, of weight 0, is forgotten
        Assert.Equal(-3, centroids[1]);
        Assert.Equal([3, 4], weights);
    }

    [Fact]
    public void The_end_of_mini_batches_is_scikit_learns()
    {
        var random = new Random(8);
        foreach (var (frames, batch, patience) in new[] { (50_000L, 1000, 10), (500L, 1000, 5), (1_000_000L, 10_000, 30) })
        {
            var stop = new MiniBatchStop(frames, batch, patience);
            double? smoothed = null, least = null;
            var without = 0;
            for (var step = 1; step < 2000; step++)
            {
                var inertia = 100 + (50.0 / step) + random.NextDouble();
                var expected = false;
                if (step > 1)
                {
                    // sklearn/cluster/_kmeans.py, _mini_batch_convergence
                    var alpha = Math.Min(batch * 2.0 / (frames + 1), 1);
                    smoothed = smoothed is null ? inertia : (smoothed * (1 - alpha)) + (inertia * alpha);
                    (least, without) = least is null || smoothed < least ? (smoothed, 0) : (least, without + 1);
                    expected = without >= patience;
                }
                Assert.Equal(expected, stop.IsReached(inertia));
                if (expected)
                    break;
            }
            Assert.True(without >= patience);
        }
    }

    [Fact]
    public void Starts_find_a_frame_of_every_blob()
    {
        // greedy k-means++ on well-separated blobs misses none of them in practice; uniform picks miss about a third
        const int blobs = 30;
        var frames = ClusteringData.Blobs(3000, 5, blobs, 6, spread: 0.001);
        using var sample = Sample(frames, 5);
        foreach (var picks in new[] { Picks<WideDistanceTile>(), Picks<NarrowDistanceTile>() })
        {
            foreach (var pick in picks)
                Assert.Equal(blobs,
                    pick.Select(p => (int)MathF.Round(frames[p * 5] * 10) + (1000 * (int)MathF.Round(frames[(p * 5) + 1] * 10)))
                        .Distinct().Count());
            Assert.Equal(picks.Length, picks.Select(p => string.Join(' ', p)).Distinct().Count());
        }

        int[][] Picks<TTile>()
            where TTile : struct, IDistanceTile
        {
            using var own = Sample(frames, 5, TTile.Frames);
            return new KMeansPlusPlus<TTile>(own, [0, 1, 2, 3], blobs, 0, new ParallelOptions()).Choose();
        }
    }

    [Fact]
    public void A_cluster_without_frames_gets_the_farthest_one()
    {
        float[] frames = [0, 0.1f, 0.2f, 9, 9.1f, 30];
        using var sums = new ClusterSums(3, 1);
        int[] labels = [0, 0, 0, 1, 1, 1];
        float[] distances = [0.01f, 0, 0.01f, 40, 39, 200];
        fixed (float* x = frames, d = distances)
        fixed (int* l = labels)
        {
            var rows = stackalloc float*[6];
            for (var i = 0; i < 6; i++)
                rows[i] = x + i;
            sums.Add(rows, l, 6, 0, 3);
            CentroidUpdate.FillEmpty(sums, rows, l, d, 6);
        }
        var centroids = new float[3];
        CentroidUpdate.Means(sums, centroids);
        Assert.Equal([3L, 2, 1], sums.Counts);
        Assert.Equal([0.1f, 9.05f, 30], centroids.Select(c => MathF.Round(c, 3)));
    }

    private static StartSample Sample(float[] frames, int dimensions, int tileFrames = 32)
    {
        using var folder = new TemporaryFolder();
        using var dump = ClusteringData.Dump(folder, frames, dimensions);
        using var pool = FramePool.Load(new FrameSelection(dump, 1, 0), long.MaxValue, 0, null, new ParallelOptions());
        var all = Enumerable.Range(0, frames.Length / dimensions).Select(i => (long)i).ToArray();
        return new StartSample(pool, all, dimensions, tileFrames, new ParallelOptions());
    }

    private static (int[] Labels, double Inertia) Plain(float[] frames, double[][] centroids)
    {
        var dimensions = centroids[0].Length;
        var distances = Enumerable.Range(0, frames.Length / dimensions).Select(f => centroids.Select(c =>
            c.Select((v, d) => (frames[(f * dimensions) + d] - v) * (frames[(f * dimensions) + d] - v)).Sum()).ToArray()).ToArray();
        return ([.. distances.Select(d => Array.IndexOf(d, d.Min()))], distances.Sum(d => d.Min()));
    }
}
