using HubertSharp.Clustering;
using HubertSharp.Features;
using HubertSharp.Runs;
using HubertSharp.Runs.Arrays;

namespace HubertSharp.Tests.Clustering;

public class KMeansModelTests
{
    private static readonly FeatureDescription Layer6 = new()
    {
        Kind = "hubert",
        Dimensions = 2,
        FrameRate = 50,
        Layer = 6,
        Convention = "fairseq",
        Checkpoint = new string('a', 64),
    };

    [Fact]
    public void A_model_comes_back_as_it_was_saved()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("km.safetensors");
        var options = new KMeansOptions { Clusters = 3, Seed = 9 };
        var fit = new KMeansFit([1, 2, 3, 4, 5, 6.5f], 3, 100, 1.25, 0, 7, 2);
        KMeansModel.From(fit, options, 2, Layer6).Save(path);
        var model = KMeansModel.Load(path);
        Assert.Equal(fit.Centroids, model.Centroids);
        Assert.Equal(Layer6, model.Features);
        Assert.Equal(("9", "1.25", "100"), (model.Fit["seed"], model.Fit["inertia_per_frame"], model.Fit["frames"]));
    }

    [Fact]
    public void Other_features_are_refused_and_unknown_ones_are_told()
    {
        var model = new KMeansModel([1, 2, 3, 4], 2) { Features = Layer6 };
        Assert.Null(model.CheckFits("km", Layer6, 2, "f"));
        Assert.Contains("not checked", model.CheckFits("km", null, 2, "f"));
        Assert.Contains("not checked", new KMeansModel([1, 2], 2).CheckFits("km", Layer6, 2, "f"));
        foreach (var (other, expected) in new[]
        {
            (Layer6 with { Layer = 9 }, "expected layer 6, found layer 9 in f"),
            (Layer6 with { Kind = "mfcc" }, "expected kind hubert, found kind mfcc in f"),
            (Layer6 with { Convention = "huggingface" }, "convention"), (Layer6 with { Checkpoint = new string('b', 64) }, "checkpoint"),
            (Layer6 with { Layer = null }, "no layer"),
        })
            Assert.Contains(expected, Assert.Throws<UserException>(() => model.CheckFits("km", other, 2, "f")).Message);
        Assert.Contains("2 dimensions, found 39", Assert.Throws<UserException>(() => model.CheckFits("km", null, 39, "f")).Message);
    }

    /// <summary>As faiss.write_index lays a flat index out; 123 vectors look like the header of safetensors.</summary>
    [Theory]
    [InlineData("IxF2", 3), InlineData("IxF2", 123), InlineData("IxFI", 4)]
    public void Flat_faiss_indexes_are_centroids(string code, int vectors)
    {
        using var folder = new TemporaryFolder();
        float[] centroids = [.. Enumerable.Range(0, vectors).SelectMany(i => new[] { MathF.Cos(i), MathF.Sin(i) })];
        File.WriteAllBytes(folder.At("km.index"), Faiss(code, 2, centroids));
        var model = KMeansModel.Load(folder.At("km.index"));
        Assert.Equal(centroids, model.Centroids);
        Assert.Equal(2, model.Dimensions);
        Assert.Null(model.Features);
        centroids[0] = 3;
        File.WriteAllBytes(folder.At("long.index"), Faiss("IxFI", 2, centroids));
        Assert.Contains("inner product", Fault(folder.At("long.index")));
        centroids[0] = float.NaN;
        File.WriteAllBytes(folder.At("nan.index"), Faiss("IxF2", 2, centroids));
        Assert.Contains("NaN in centroid 0", Fault(folder.At("nan.index")));
        File.WriteAllBytes(folder.At("cut.index"), Faiss("IxF2", 2, centroids)[..^1]);
        Assert.Contains("damaged faiss index", Fault(folder.At("cut.index")));
    }

    [Theory]
    [InlineData("IwFl"), InlineData("IwPQ"), InlineData("IxPT"), InlineData("IxMp"), InlineData("IHNf"), InlineData("IBxF"),
     InlineData("IxFl")]
    public void Other_faiss_indexes_say_what_to_do(string code)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.At("km.index"), Faiss(code, 2, [1, 2, 3, 4]));
        var fault = Fault(folder.At("km.index"));
        Assert.Contains(code, fault);
        Assert.Contains(".npy", fault);
    }

    private static byte[] Faiss(string code, int dimensions, float[] values) =>
    [
        .. System.Text.Encoding.ASCII.GetBytes(code), .. BitConverter.GetBytes(dimensions),
        .. BitConverter.GetBytes((long)values.Length / dimensions), .. BitConverter.GetBytes(1L << 20),
        .. BitConverter.GetBytes(1L << 20), 1,
        .. BitConverter.GetBytes(code == "IxFI" ? 0 : 1), .. BitConverter.GetBytes((long)values.Length),
        .. values.SelectMany(BitConverter.GetBytes),
    ];

    [Fact]
    public void Files_that_are_no_model_are_one_line()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("no such k-means model", Fault(folder.At("none")));
        Assert.Contains("damaged", Fault(folder.Write("empty", "")));
        SafetensorsFile.Write(folder.At("other"), [SafetensorsTensor.Create("centroids", [1, 1], [1])]);
        Assert.Contains("hubertsharp.kmeans.v1", Fault(folder.At("other")));
        new KMeansModel([1, float.NaN], 1).Save(folder.At("nan"));
        Assert.Contains("NaN in centroid 1", Fault(folder.At("nan")));
        NpyWriter.Write(folder.At("inf.npy"), [1, float.PositiveInfinity], 2);
        Assert.Contains("finite centroids", Fault(folder.At("inf.npy")));
    }

    private static string Fault(string path)
    {
        var fault = Assert.Throws<UserException>(() => KMeansModel.Load(path));
        Assert.Contains(path, fault.Message);
        return fault.Message;
    }

    [Fact]
    public void Two_models_are_compared_by_their_labels()
    {
        using var folder = new TemporaryFolder();
        float[] frames = [0, 0, 1, 1, 10, 10, 11, 11];
        using var dump = ClusteringData.Dump(folder, frames, 1);
        var two = new KMeansModel([0.5f, 10.5f], 1);
        var (score, same, agreement) = KMeansScore.Measure(dump, two, new KMeansModel([10.5f, 0.5f, 1000], 1));
        Assert.Equal((0.25, 1.0, 0, 0.5), (score.InertiaPerFrame, score.EntropyBits, score.EmptyClusters, score.LargestShare));
        Assert.Equal((1, 1.0), (same!.EmptyClusters, agreement!.Value));
        // four clusters against two: mutual information 1 bit over the mean of 2 and 1 bits
        Assert.Equal(1 / 1.5, KMeansScore.Measure(dump, two, new KMeansModel([0, 1, 10, 11], 1)).Agreement!.Value, 1e-12);
    }
}
