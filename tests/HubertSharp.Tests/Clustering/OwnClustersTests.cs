using HubertSharp.Clustering;
using HubertSharp.Runs;
using HubertSharp.Runs.Labels;

namespace HubertSharp.Tests.Clustering;

/// <summary>Labels against the features that they were made of: order, frames, rate.</summary>
public sealed class OwnClustersTests : IDisposable
{
    private const int Clusters = 20, Dimensions = 5, Utterances = 40, FramesEach = 200;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("as they are", null)]
    [InlineData("all shuffled", "do not go with the features of their frames")]
    [InlineData("shuffled within 80 ms", "the labels do not keep the order of the features: their runs last ")]
    [InlineData("of the next utterance", "do not go with the features of their frames")]
    [InlineData("every second frame", "the features have another rate than the labels")]
    [InlineData("10 frames later",
        "train.km: the labels come 10 frames after the features that they go with (a frame's own cluster tells ")]
    [InlineData("40 frames earlier",
        "train.km: the labels come 40 frames before the features that they go with (a frame's own cluster tells ")]
    [InlineData("one frame later", null)] // as front ends differ
    [InlineData("two classes", null)] // not those that two clusters would be
    public void Labels_are_judged_by_the_features_own_order(string change, string? expected)
    {
        var lines = Write(stay: 0.7);
        var random = new Random(3);
        var changed = lines.Select((line, u) => change switch
        {
            "all shuffled" => Shuffled(line, FramesEach, random),
            "shuffled within 80 ms" => Shuffled(line, 8, random),
            "of the next utterance" => lines[(u + 1) % Utterances],
            "every second frame" => [.. line.Where((_, t) => t % 2 == 0)],
            "10 frames later" => [.. Enumerable.Repeat(line[0], 10), .. line[..^10]],
            "one frame later" => [line[0], .. line[..^1]],
            "40 frames earlier" => [.. line[40..], .. Enumerable.Repeat(line[^1], 40)],
            "two classes" => [.. line.Select(k => k % 2)],
            _ => line,
        }).ToArray();
        var findings = Check(changed, change == "every second frame" ? 50 : 100).Where(f => f.Code != "empty_clusters");
        if (expected is null)
            Assert.Empty(findings);
        else
            Assert.Contains(expected, Assert.Single(findings).Message, StringComparison.Ordinal);
    }

    /// <summary>Features without runs of their own ask for none; the labels alone would be suspected.</summary>
    [Fact]
    public void Features_without_an_order_ask_for_none()
    {
        var lines = Write(stay: 0);
        Assert.Empty(Check(lines, 100));
        Assert.Equal("shuffled", Assert.Single(Check(lines, 100, withFeatures: false)).Code);
    }

    [Fact]
    public void Features_of_another_manifest_are_refused()
    {
        var lines = Write(stay: 0.7);
        Assert.Contains("these are the features of another manifest (expected 39 utterances as in ",
            Assert.Throws<UserException>(() => Check(lines[1..], 100)).Message, StringComparison.Ordinal);
    }

    private static int[] Shuffled(int[] line, int window, Random random)
    {
        int[] copy = [.. line];
        for (var start = 0; start < copy.Length; start += window)
            random.Shuffle(copy.AsSpan(start, Math.Min(window, copy.Length - start)));
        return copy;
    }

    /// <summary>Frames around centres that follow one another by a rule, and which centre each was.</summary>
    private int[][] Write(double stay)
    {
        var random = new Random(11);
        float[][] centres = [.. Enumerable.Range(0, Clusters).Select(_ => ClusteringData.Blobs(1, Dimensions, 1, random.Next()))];
        var lines = new int[Utterances][];
        var frames = new List<float>();
        for (var u = 0; u < Utterances; u++)
        {
            lines[u] = new int[FramesEach];
            for (int t = 0, current = random.Next(Clusters); t < FramesEach; t++)
            {
                lines[u][t] = current;
                frames.AddRange(centres[current].Select(c => c + (float)(random.NextDouble() - 0.5)));
                current = random.NextDouble() < stay ? current
                    : stay > 0 && random.NextDouble() < 0.8 ? ((current * 7) + 3) % Clusters
                    : random.Next(Clusters);
            }
        }
        ClusteringData.Dump(_folder, [.. frames], Dimensions, FramesEach).Dispose();
        return lines;
    }

    private IReadOnlyList<LabelFinding> Check(int[][] lines, double rate, bool withFeatures = true)
    {
        var manifest = _folder.Write("train.tsv",
            "/nowhere\n" + string.Concat(lines.Select((_, u) => $"{u}.wav\t{FramesEach * 160}\n")));
        _folder.Write("dict.km.txt", string.Concat(Enumerable.Range(0, Clusters).Select(k => $"{k} 1\n")));
        var labels = _folder.Write("train.km", string.Concat(lines.Select(line => string.Join(' ', line) + "\n")));
        return LabelCheck.Run(new LabelCheckOptions
        {
            Splits = [new LabelSplit("train", manifest, labels)],
            DictionaryPath = _folder.At("dict.km.txt"),
            LabelRate = rate,
            OwnClusters = withFeatures ? (split, clusters, token) => OwnClusters.Of(_folder.FullName, split, clusters, token) : null,
        }, cancellation: TestContext.Current.CancellationToken).Findings;
    }
}
