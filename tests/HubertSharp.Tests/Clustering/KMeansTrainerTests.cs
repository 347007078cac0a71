using HubertSharp.Clustering;
using HubertSharp.Runs;
using HubertSharp.Runs.Arrays;

namespace HubertSharp.Tests.Clustering;

public class KMeansTrainerTests
{
    private static readonly KMeansOptions Small = new() { Clusters = 12, BatchSize = 100, Starts = 3, MaxNoImprovement = 10 };

    [Fact]
    public void The_same_seed_gives_the_same_bits_on_any_number_of_threads()
    {
        using var folder = new TemporaryFolder();
        using var dump = ClusteringData.Dump(folder, ClusteringData.Blobs(5000, 6, 12, 1, spread: 2), 6);
        foreach (var options in new[]
        {
            Small, Small with { Lloyd = 3 }, Small with { MemoryBytes = 30_000 }, Small with { Percent = 0.3 },
        })
        {
            var one = KMeansTrainer.Fit(dump, "", options with { Threads = 1 });
            var three = KMeansTrainer.Fit(dump, "", options with { Threads = 3 });
            Assert.Equal(one.Centroids, three.Centroids);
            Assert.Equal(one with { Centroids = [] }, three with { Centroids = [] });
            Assert.NotEqual(one.Centroids, KMeansTrainer.Fit(dump, "", options with { Seed = 1 }).Centroids);
        }
    }

    [Fact]
    public void Separated_blobs_are_found_from_memory_and_from_a_stream()
    {
        using var folder = new TemporaryFolder();
        const double spread = 0.05;
        using var dump = ClusteringData.Dump(folder, ClusteringData.Blobs(4000, 6, 12, 2, spread), 6);
        foreach (var memory in new[] { 1L << 30, 20_000 })
        {
            var fit = KMeansTrainer.Fit(dump, "", Small with { MemoryBytes = memory, Lloyd = 2 });
            Assert.InRange(fit.InertiaPerFrame, 0, 6 * spread * spread * 1.05);
            Assert.True(fit.MiniBatches > 1);
            Assert.Null(fit.SettledInStarts);
        }
    }

    [Fact]
    public void A_dump_that_the_starts_hold_whole_is_settled_by_them()
    {
        using var folder = new TemporaryFolder();
        using var dump = ClusteringData.Dump(folder, ClusteringData.Blobs(200, 6, 4, 2, 0.05), 6);
        var fit = KMeansTrainer.Fit(dump, "", Small with { Clusters = 4, BatchSize = 1000, Lloyd = 20 });
        Assert.Equal((true, 0, 0), (fit.SettledInStarts, fit.MiniBatches, fit.LloydIterations));
    }

    [Fact]
    public void Full_iterations_lower_the_inertia()
    {
        using var folder = new TemporaryFolder();
        using var dump = ClusteringData.Dump(folder, ClusteringData.Blobs(3000, 4, 40, 3, spread: 3), 4);
        var without = KMeansTrainer.Fit(dump, "", Small);
        var with = KMeansTrainer.Fit(dump, "", Small with { Lloyd = 10 });
        Assert.True(with.InertiaPerFrame < without.InertiaPerFrame);
        Assert.Equal(10, with.LloydIterations);
    }

    [Fact]
    public void A_pool_that_is_not_whole_sees_every_frame_once_before_any_again()
    {
        using var folder = new TemporaryFolder();
        const int frames = 5120;
        using var dump = ClusteringData.Dump(folder, [.. Enumerable.Range(0, frames).Select(i => (float)i)], 1);
        var source = new FrameSelection(dump, 1, 0);
        using var pool = FramePool.Load(source, 2560 * sizeof(float), 7, null, new ParallelOptions());
        Assert.Equal(2560, pool.Count);
        var seen = Held(pool);
        Assert.Equal(2560, seen.Count);
        pool.Use(2560);
        seen.UnionWith(Held(pool));
        Assert.Equal(frames, seen.Count);
        pool.Use(100_000); // many rounds more, in other orders
        Assert.All(Held(pool), v => Assert.InRange(v, 0, frames - 1));

        static unsafe HashSet<float> Held(FramePool pool)
        {
            var held = new HashSet<float>();
            for (var i = 0L; i < pool.Count; i++)
                held.Add(*pool.Row(i));
            return held;
        }
    }

    [Fact]
    public void A_part_of_the_utterances_is_whole_utterances()
    {
        using var folder = new TemporaryFolder();
        using var dump = ClusteringData.Dump(folder, [.. Enumerable.Range(0, 1000).Select(i => (float)(i / 50))], 1);
        var source = new FrameSelection(dump, 0.31, 5);
        Assert.Equal(7 * 50, source.Count); // ceil(0.31 · 20)
        var values = new float[350];
        source.Read(0, values);
        Assert.All(values.GroupBy(v => v), g => Assert.Equal(50, g.Count()));
        var middle = new float[120];
        source.Read(40, middle);
        Assert.Equal(values[40..160], middle);
    }

    [Fact]
    public void Fewer_frames_than_clusters_is_one_line()
    {
        using var folder = new TemporaryFolder();
        using var dump = ClusteringData.Dump(folder, new float[11], 1);
        var fault = Assert.Throws<UserException>(() => KMeansTrainer.Fit(dump, "features/mfcc", Small));
        Assert.Equal("features/mfcc: fewer frames than clusters (expected at least 12 frames, found 11); "
            + "ask for fewer clusters with --clusters, or give more audio", fault.Message);
    }

    [Fact]
    public void Equal_frames_leave_clusters_empty_and_say_so()
    {
        using var folder = new TemporaryFolder();
        using var dump = ClusteringData.Dump(folder, [.. Enumerable.Range(0, 400).Select(i => (float)(i % 3))], 1);
        var fit = KMeansTrainer.Fit(dump, "", Small);
        Assert.Equal((0.0, 9), (fit.InertiaPerFrame, fit.EmptyClusters));
    }

    [Theory]
    [InlineData(float.NaN, 1L << 30)]
    [InlineData(float.NegativeInfinity, 2000L)]
    public void A_number_that_is_none_names_file_and_frame(float value, long memory)
    {
        using var folder = new TemporaryFolder();
        var frames = ClusteringData.Blobs(2000, 3, 4, 1);
        NpyWriter.Write(folder.At("train_0_1.npy"), frames, 3);
        frames[(1234 * 3) + 1] = value;
        NpyWriter.Write(folder.At("train_0_1.npy"), frames, 3);
        folder.Write("train_0_1.len", "1200\n800\n");
        using var dump = HubertSharp.Features.FeatureDumpReader.Open(folder.FullName, "train");
        var fault = Assert.Throws<UserException>(() => KMeansTrainer.Fit(dump, "", Small with { MemoryBytes = memory }));
        Assert.Contains("train_0_1.npy, row 1234 (frame 34 of utterance 1): a feature is not a finite number", fault.Message);
    }

    [Fact]
    public void Settings_that_cannot_be_are_named()
    {
        using var folder = new TemporaryFolder();
        using var dump = ClusteringData.Dump(folder, new float[100], 1);
        foreach (var (options, name) in new[]
        {
            (Small with { Clusters = 0 }, "--clusters"), (Small with { Starts = 0 }, "--starts"), (Small with { Percent = 0 }, "--percent"),
            (Small with { Percent = double.NaN }, "--percent"), (Small with { BatchSize = -1 }, "--batch"),
            (Small with { MemoryBytes = 0 }, "--memory"),
        })
            Assert.StartsWith(name, Assert.Throws<UserException>(() => KMeansTrainer.Fit(dump, "", options)).Message);
    }

    [Fact]
    public void Ctrl_C_ends_a_fit()
    {
        using var folder = new TemporaryFolder();
        using var dump = ClusteringData.Dump(folder, ClusteringData.Blobs(3000, 4, 40, 3), 4);
        using var stop = new CancellationTokenSource();
        var progress = new StopAt(stop, "mini-batches at most");
        Assert.ThrowsAny<OperationCanceledException>(() => KMeansTrainer.Fit(dump, "", Small, progress, stop.Token));
    }

    private sealed class StopAt(CancellationTokenSource stop, string unit) : IProgress<StageProgress>
    {
        public void Report(StageProgress value)
        {
            if (value.Unit == unit)
                stop.Cancel();
        }
    }
}
