using System.Text.Json;
using HubertSharp.Audio;
using HubertSharp.Clustering;
using HubertSharp.Features;
using HubertSharp.Features.Acoustic;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Tests.Clustering;

[Trait("Part", "golden")]
public class KMeansGoldenTests
{
    private static JsonElement Expected => JsonDocument.Parse(File.ReadAllText(Fixtures.At("kmeans", "kmeans.json"))).RootElement;

    [Theory]
    [InlineData("km.joblib", "km.labels.npy")]
    [InlineData("km.centroids.npy", "km.labels.npy")]
    [InlineData("kmeans20_best_centroids.npy", "kmeans20_best_labels.npy")]
    public void Labels_of_given_centroids_are_scikit_learns(string model, string labels)
    {
        using var dump = Dump();
        using var expected = NpyReader.Open(Fixtures.At("kmeans", labels));
        var frames = new float[dump.Frames * dump.Dimensions];
        dump.ReadFrames(0, frames);
        Assert.Equal(expected.ReadIntegers(), KMeansModel.Load(Fixtures.At("kmeans", model)).Assign(frames).Select(l => (long)l));
    }

    [Fact]
    public void The_label_file_is_fairseqs()
    {
        using var folder = new TemporaryFolder();
        using var dump = Dump();
        var model = KMeansModel.Load(Fixtures.At("kmeans", "km.joblib"));
        KMeansLabels.Write(dump, model, folder.At("train.km"));
        var expected = Directory.GetFiles(Fixtures.At("kmeans"), "*.km").Single();
        Assert.Equal(File.ReadAllText(expected), File.ReadAllText(folder.At("train.km")));
        Assert.Equal(Enumerable.Range(0, model.Clusters).Select(k => $"{k} 1"), File.ReadAllLines(folder.At("dict.km.txt")));
    }

    [Fact]
    public void The_best_of_twenty_starts_is_within_one_percent_of_scikit_learns_best()
    {
        using var dump = Dump();
        var fit = KMeansTrainer.Fit(dump, "kmeans", new KMeansOptions { Clusters = Expected.GetProperty("k").GetInt32() });
        Assert.InRange(fit.InertiaPerFrame, 0, 1.01 * Expected.GetProperty("best_inertia_per_frame").GetDouble());
        Assert.Equal((0, dump.Frames), (fit.EmptyClusters, fit.Frames));
    }

    [Fact]
    public void Inertia_is_scikit_learns()
    {
        using var dump = Dump();
        var best = KMeansScore.Measure(dump, KMeansModel.Load(Fixtures.At("kmeans", "kmeans20_best_centroids.npy")), null).Score;
        Assert.Equal(Expected.GetProperty("best_inertia_per_frame").GetDouble(), best.InertiaPerFrame, 0.01);
        var first = KMeansScore.Measure(dump, KMeansModel.Load(Fixtures.At("kmeans", "km.joblib")), null).Score;
        Assert.Equal(Expected.GetProperty("minibatch_inertia_per_frame_by_seed").GetProperty("0").GetDouble(), first.InertiaPerFrame, 0.01);
    }

    /// <summary>
    /// Audio to labels. A frame whose two nearest centroids are equally far within the MFCCs' tolerance may go either way.
    /// </summary>
    [Fact]
    public void Labels_of_audio_are_fairseqs()
    {
        var manifest = Manifest.Read(Fixtures.At("labels", "train.tsv"));
        var model = KMeansModel.Load(Fixtures.At("kmeans", "km.joblib"));
        using var extractor = new AcousticExtractor(AcousticSettings.Mfcc);
        var lines = File.ReadAllLines(Fixtures.At("labels", "train.km"));
        for (var i = 0; i < lines.Length; i++)
        {
            var features = extractor.Compute(AudioFile.Read(manifest.FullPath(i)));
            var labels = model.Assign(features);
            var expected = lines[i].Split(' ').Select(int.Parse).ToArray();
            Assert.Equal(expected.Length, labels.Length);
            for (var t = 0; t < labels.Length; t++)
            {
                if (labels[t] != expected[t])
                    Assert.InRange(Distance(model, features, t, expected[t]) / Distance(model, features, t, labels[t]), 1, 1.0002);
            }
        }
    }

    private static double Distance(KMeansModel model, float[] features, int frame, int cluster) =>
        Enumerable.Range(0, model.Dimensions).Sum(d =>
            Math.Pow((double)features[(frame * model.Dimensions) + d] - model.Centroids[(cluster * model.Dimensions) + d], 2));

    private static FeatureDumpReader Dump()
    {
        // SPLIT_0_1.len, whatever the split is called in this set of fixtures
        var name = Path.GetFileNameWithoutExtension(Directory.GetFiles(Fixtures.At("kmeans"), "*.len").Single());
        return FeatureDumpReader.Open(Fixtures.At("kmeans"), name[..^"_0_1".Length]);
    }
}
