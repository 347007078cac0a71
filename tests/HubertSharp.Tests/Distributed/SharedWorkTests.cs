using HubertSharp.Audio;
using HubertSharp.Clustering;
using HubertSharp.Distributed;
using HubertSharp.Evaluation.Abx;
using HubertSharp.Features.Acoustic;
using HubertSharp.Runs;
using HubertSharp.Runs.Manifests;
using HubertSharp.Tests.Clustering;
using HubertSharp.Tests.Evaluation.Abx;
using HubertSharp.Tests.Training;

namespace HubertSharp.Tests.Distributed;

/// <summary>What two processes, played by two threads, share comes out as one process makes it, to the last bit.</summary>
public sealed class SharedWorkTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Features_are_written_by_the_first_in_the_manifests_order()
    {
        var alone = Corpus(9);
        var whole = AcousticDump.Run(alone);
        var both = Together(replicas => AcousticDump.Run(
            alone with { OutputFolder = _folder.At("both"), Threads = 1 + replicas.Rank, Replicas = replicas }));
        Assert.All(both, result => Assert.Equal((whole.Utterances, whole.Frames), (result.Utterances, result.Frames)));
        foreach (var file in Directory.GetFiles(alone.OutputFolder))
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(_folder.At("both"), Path.GetFileName(file))));
        Assert.Equal(Directory.GetFiles(alone.OutputFolder).Length, Directory.GetFiles(_folder.At("both")).Length);
    }

    [Fact]
    public void A_recording_that_one_cannot_read_ends_both_with_its_line_and_nothing_is_written()
    {
        var options = Corpus(6);
        File.WriteAllText(_folder.At("3.wav"), "no audio");
        var faults = Together(replicas => Assert.Throws<UserException>(
            () => { AcousticDump.Run(options with { Replicas = replicas }); }).Message);
        Assert.All(faults, message => Assert.Contains("train.tsv:5", message));
        Assert.Contains(faults, message => message.StartsWith("rank ", StringComparison.Ordinal));
        Assert.Empty(Directory.GetFiles(options.OutputFolder, "*.npy"));
    }

    [Theory]
    [InlineData(12_000, 1_000, 5)] // mini-batches and full iterations
    [InlineData(900, 1_000, 5)] // the starts have all frames
    [InlineData(3_000, 500, 1)] // fewer starts than processes
    public void Clusters_labels_and_scores_are_those_of_one(int frames, int batch, int starts)
    {
        using var dump = ClusteringData.Dump(_folder, ClusteringData.Blobs(frames, 5, 8, seed: 3, spread: 4), 5);
        var options = new KMeansOptions { Clusters = 12, BatchSize = batch, Starts = starts, MaxEpochs = 2, Lloyd = 3, Threads = 1 };
        var alone = KMeansTrainer.Fit(dump, "made", options);
        var both = Together(replicas => KMeansTrainer.Fit(dump, "made", options with { Replicas = replicas }));
        Assert.All(both, fit =>
        {
            Assert.Equal(alone.Centroids, fit.Centroids);
            Assert.Equal(alone with { Centroids = fit.Centroids }, fit);
        });
        var model = KMeansModel.From(alone, options, 5, dump.Description);
        KMeansLabels.Write(dump, model, _folder.At("one.km"));
        Together(replicas => KMeansLabels.Write(dump, model, _folder.At("two.km"), 1, replicas, null, CancellationToken.None));
        Assert.Equal(File.ReadAllText(_folder.At("one.km")), File.ReadAllText(_folder.At("two.km")));
        var score = KMeansScore.Measure(dump, model, null).Score;
        Assert.All(Together(replicas => KMeansScore.Measure(dump, model, null, 1, replicas, null, CancellationToken.None).Score),
            other => Assert.Equal(score, other));
    }

    [Fact]
    public void Minimal_pairs_are_scored_alike()
    {
        var made = MadeItems.Create(seed: 5, items: 400, dimensions: 4, longest: 6);
        AbxFeatureReport Score(Replicas replicas) => AbxMeasurement.Of(made.Items, "made", made, null,
            new AbxOptions { MaxSizeGroup = 0, Replicas = replicas }, needsAll: true, null, CancellationToken.None).Report(seed: 1);
        var alone = Score(Replicas.Alone);
        Assert.All(Together(Score), both => Assert.Equal(
            alone.Results.Select(r => (r.Error.Value, r.Triples, r.Error.ToString())),
            both.Results.Select(r => (r.Error.Value, r.Triples, r.Error.ToString()))));
    }

    public void Dispose() => _folder.Dispose();

    private static T[] Together<T>(Func<Replicas, T> work)
    {
        using var pair = new ToyReplicas.Pair();
        var both = Enumerable.Range(0, 2).Select(rank => Task.Factory.StartNew(
            () => work(new ToyReplicas(rank, pair)), TaskCreationOptions.LongRunning)).ToArray();
        return [.. both.Select(task => task.GetAwaiter().GetResult())];
    }

    private AcousticDumpOptions Corpus(int utterances)
    {
        var random = new SeededRandom(7);
        List<ManifestEntry> entries = [];
        for (var i = 0; i < utterances; i++)
        {
            float[] samples = [.. Enumerable.Range(0, 2_000 + (1_000 * (i % 4))).Select(_ => 0.1f * (float)random.NextNormal())];
            AudioFile.Write(_folder.At($"{i}.wav"), samples, AudioFile.SampleRate);
            entries.Add(new ManifestEntry($"{i}.wav", samples.Length));
        }
        new Manifest(_folder.FullName, entries).Write(_folder.At("train.tsv"));
        return new AcousticDumpOptions { ManifestPath = _folder.At("train.tsv"), OutputFolder = _folder.At("alone") };
    }
}
