using System.IO.Compression;
using HubertSharp.Clustering;
using HubertSharp.Runs;
using HubertSharp.Runs.Arrays;

namespace HubertSharp.Tests.Pickle;

public class JoblibFileTests
{
    private static string Model => Fixtures.At("kmeans", "km.joblib");

    [Theory]
    [InlineData("zlib")]
    [InlineData("gzip")]
    public void Compressed_models_hold_the_same_centroids(string compression)
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("km.joblib");
        using (var file = File.Create(path))
        using (Stream packed = compression == "zlib"
            ? new ZLibStream(file, CompressionLevel.Fastest)
            : new GZipStream(file, CompressionLevel.Fastest))
            packed.Write(File.ReadAllBytes(Model));
        Assert.Equal(KMeansModel.Load(Model).Centroids, KMeansModel.Load(path).Centroids);
    }

    /// <summary>200 MB of zeros in a file of less than 1: what is in them is no model, and they are left at that early.</summary>
    [Fact]
    public void A_small_file_does_not_fill_the_memory()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("km.joblib");
        using (var file = File.Create(path))
        using (var packed = new ZLibStream(file, CompressionLevel.SmallestSize))
        {
            packed.Write([0x80, 4, (byte)'B', .. BitConverter.GetBytes(200 << 20)]);
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 200; i++)
                packed.Write(zeros);
        }
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("when inflated", Assert.Throws<UserException>(() => KMeansModel.Load(path)).Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 20);
    }

    [Theory]
    [InlineData("BZh91AY", "bzip2")]
    [InlineData("\u00fd7zXZ\0", "xz")]
    public void Other_compressions_are_named(string start, string name)
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("km.joblib");
        File.WriteAllBytes(path, [.. start.Select(c => (byte)c), .. new byte[20]]);
        Assert.Contains(name, Assert.Throws<UserException>(() => KMeansModel.Load(path)).Message);
    }

    [Fact]
    public void Changed_bytes_give_a_model_or_one_line()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("km.joblib");
        var whole = File.ReadAllBytes(Model);
        var random = new Random(3);
        var models = 0;
        for (var trial = 0; trial < 600; trial++)
        {
            var bytes = (byte[])whole.Clone();
            for (var i = random.Next(1, 5); i > 0; i--)
                bytes[random.Next(Math.Min(bytes.Length, 900))] = (byte)random.Next(256);
            File.WriteAllBytes(path, bytes.AsSpan(0, trial % 4 == 0 ? random.Next(bytes.Length) : bytes.Length));
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                models += KMeansModel.Load(path).Clusters > 0 ? 1 : 0;
            }
            catch (UserException e)
            {
                Assert.Contains(path, e.Message);
                Assert.DoesNotContain('\n', e.Message);
            }
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 32 << 20);
        }
        Assert.InRange(models, 1, 599);
    }

    [Fact]
    public void A_model_that_was_never_fitted_is_refused()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("km.joblib");
        var bytes = File.ReadAllBytes(Model);
        var at = bytes.AsSpan().IndexOf("cluster_centers_"u8);
        bytes[at] = (byte)'x';
        File.WriteAllBytes(path, bytes);
        Assert.Contains("fitted centroids", Assert.Throws<UserException>(() => KMeansModel.Load(path)).Message);
    }

    [Fact]
    public void Centroids_equal_those_saved_beside_the_model()
    {
        using var reader = NpyReader.OpenFrames(Fixtures.At("kmeans", "km.centroids.npy"));
        Assert.Equal(reader.ReadFloats(), KMeansModel.Load(Model).Centroids);
    }
}
