using HubertSharp.Clustering;
using HubertSharp.Clustering.Distances;
using HubertSharp.Runs;

namespace HubertSharp.Tests.Clustering;

/// <summary>Runs alone: the arrays are counted for the whole process.</summary>
[Collection("alone")]
public class KMeansLeakTests
{
    [Fact]
    public void Every_array_outside_the_heap_is_given_back_also_after_a_fault()
    {
        using var folder = new TemporaryFolder();
        var frames = ClusteringData.Blobs(2000, 4, 8, 1);
        using var dump = ClusteringData.Dump(folder, frames, 4);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = NativeMemoryCount.Live;
        var options = new KMeansOptions { Clusters = 8, BatchSize = 100, Starts = 3, Lloyd = 2, MaxNoImprovement = 5 };
        foreach (var memory in new[] { 1L << 30, 5000 })
        {
            var fit = KMeansTrainer.Fit(dump, "", options with { MemoryBytes = memory });
            KMeansLabels.Write(dump, new KMeansModel(fit.Centroids, 4), folder.At("train.km"));
        }
        Assert.Equal(before, NativeMemoryCount.Live);
        using var broken = BrokenDump(folder, frames);
        Assert.Throws<UserException>(() => KMeansTrainer.Fit(broken, "", options));
        Assert.Throws<UserException>(() => KMeansTrainer.Fit(broken, "", options with { MemoryBytes = 5000 }));
        Assert.Throws<UserException>(() => KMeansLabels.Write(broken, new KMeansModel(new float[8], 4), folder.At("broken.km")));
        Assert.Equal(before, NativeMemoryCount.Live);
        Assert.False(File.Exists(folder.At("broken.km")));
    }

    private static HubertSharp.Features.FeatureDumpReader BrokenDump(TemporaryFolder folder, float[] frames)
    {
        using (ClusteringData.Dump(folder, frames, 4, split: "broken"))
        {
        }
        using (var file = File.OpenWrite(folder.At("broken_0_1.npy")))
        {
            file.Position = 128 + (1999 * 16);
            file.Write(BitConverter.GetBytes(float.NaN));
        }
        return HubertSharp.Features.FeatureDumpReader.Open(folder.FullName, "broken");
    }
}
