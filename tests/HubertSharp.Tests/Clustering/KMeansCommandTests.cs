using HubertSharp.Audio;
using HubertSharp.Cli;
using HubertSharp.Cli.Verbs;
using HubertSharp.Clustering;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Tests.Clustering;

public class KMeansCommandTests
{
    [Fact]
    public async Task From_audio_to_labels_by_commands()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(2);
        var entries = new List<ManifestEntry>();
        for (var i = 0; i < 3; i++)
        {
            float[] samples =
            [
                .. Enumerable.Range(0, 8000 + (i * 160))
                    .Select(t => (float)((0.3 * Math.Sin(t * t * 1e-5)) + (0.1 * (random.NextDouble() - 0.5)))),
            ];
            AudioFile.Write(folder.At($"{i}.wav"), samples, AudioFile.SampleRate);
            entries.Add(new ManifestEntry($"{i}.wav", samples.Length));
        }
        new Manifest(folder.FullName, entries).Write(folder.At("train.tsv"));

        Assert.Equal("", await Run("features", "mfcc", "--manifest", folder.At("train.tsv"), "--out", folder.At("mfcc")));
        Assert.Equal("", await Run("features", "fbank", "--manifest", folder.At("train.tsv"), "--out", folder.At("fbank")));
        Assert.Equal("",
            await Run("kmeans", "fit", "--features", folder.At("mfcc"), "--clusters", "5", "--out", folder.At("km.safetensors")));
        Assert.Equal("", await Run("kmeans", "apply", "--features", folder.At("mfcc"), "--model", folder.At("km.safetensors"), "--out",
            folder.At("labels", "train.km")));
        Assert.Equal("", await Run("kmeans", "score", "--features", folder.At("mfcc"), "--model", folder.At("km.safetensors"), "--json"));

        var lines = File.ReadAllLines(folder.At("labels", "train.km"));
        Assert.Equal([48, 49, 50], lines.Select(l => l.Split(' ').Length));
        Assert.All(lines.SelectMany(l => l.Split(' ')), l => Assert.InRange(int.Parse(l), 0, 4));
        Assert.Equal("0 1\n1 1\n2 1\n3 1\n4 1\n", File.ReadAllText(folder.At("labels", "dict.km.txt")));

        // a foreign dictionary that nobody named is kept, one of ours replaced, and no other file is taken for labels
        folder.Write("labels/dict.km.txt", "mine 5\n");
        foreach (var _ in new int[2])
        {
            Assert.Equal("", await Run("kmeans", "apply", "--features", folder.At("mfcc"), "--model", folder.At("km.safetensors"), "--out",
                folder.At("labels", "train.km")));
        }
        Assert.Equal("mine 5\n", File.ReadAllText(folder.At("labels", "dict.km.txt.1")));
        Assert.Equal(["dict.km.txt", "dict.km.txt.1", "train.km"],
            Directory.GetFiles(folder.At("labels")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var before = File.ReadAllBytes(folder.At("0.wav"));
        foreach (var other in new[] { "0.wav", "train.tsv" })
        {
            Assert.Contains("expected lines of cluster numbers", await Run("kmeans", "apply", "--features", folder.At("mfcc"), "--model",
                folder.At("km.safetensors"), "--out", folder.At(other)));
        }
        Assert.Equal(before, File.ReadAllBytes(folder.At("0.wav")));

        Assert.Contains("fitted on features of another size", await Run("kmeans", "apply", "--features", folder.At("fbank"), "--model",
            folder.At("km.safetensors"), "--out", folder.At("x.km")));
        Assert.Contains("fewer frames than clusters",
            await Run("kmeans", "fit", "--features", folder.At("mfcc"), "--clusters", "148", "--out", folder.At("x")));
        Assert.Contains($"(expected a name that ends in .safetensors, found the ending of joblib); give --out {folder.At("x.safetensors")}",
            await Run("kmeans", "fit", "--features", folder.At("mfcc"), "--clusters", "5", "--out", folder.At("x.joblib")));
        Assert.Contains("--shard: no such shard",
            await Run("features", "mfcc", "--manifest", folder.At("train.tsv"), "--out", folder.At("x"), "--shard", "3/3"));
        Assert.False(File.Exists(folder.At("x.km")) || File.Exists(folder.At("x")));
    }

    [Fact]
    public void The_summary_says_where_the_centroids_settled()
    {
        var fit = new KMeansFit([0], 1, 10, 0, 0, 0, 0);
        Assert.Equal("converged in the starts, which had all frames", KMeansFitVerb.Iterations(fit with { SettledInStarts = true }));
        Assert.Equal("not converged in the starts, which had all frames", KMeansFitVerb.Iterations(fit with { SettledInStarts = false }));
        Assert.Equal("1 mini-batch, 20 full iterations", KMeansFitVerb.Iterations(fit with { MiniBatches = 1, LloydIterations = 20 }));
    }

    /// <summary>Nothing when the command ends well, else its message.</summary>
    private static async Task<string> Run(params string[] args)
    {
        var error = new StringWriter();
        var code = await CommandHost.RunAsync(HubertSharp.Cli.Program.CreateRoot(), args, error);
        Assert.Equal(code == 0, error.ToString().Length == 0);
        Assert.True(code is 0 or 1, error.ToString());
        return error.ToString();
    }
}
