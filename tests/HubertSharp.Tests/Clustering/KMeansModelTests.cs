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

        string Fault(string path)
        {
            var fault = Assert.Throws<UserException>(() => KMeansModel.Load(path));
            Assert.Contains(path, fault.Message);
            return fault.Message;
        }
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
