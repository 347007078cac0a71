using HubertSharp.Clustering;
using HubertSharp.Evaluation.Quality;
using HubertSharp.Evaluation.Worth;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Runs;
using HubertSharp.Runs.Manifests;
using HubertSharp.Runs.Reports;
using HubertSharp.Tests.Pretraining;

namespace HubertSharp.Tests.Evaluation.Worth;

/// <summary>Every kept checkpoint of a tiny run, scored against its own labels.</summary>
public sealed class CheckpointEvaluationTests
{
    [Fact]
    public void Checkpoints_stand_beside_loss_and_audio_from_random_weights_on()
    {
        using var run = new TinyRun();
        run.Train(null, "checkpoint.save_interval_updates=2");
        var worth = Evaluate(run, every: 4, layers: []);
        Assert.Equal(("train", "valid", 4), (worth.Split, worth.ChoiceSplit, worth.Clusters));
        var languages = worth.Rows.Select(row => row.Language).Distinct().ToList();
        foreach (var language in languages)
        {
            var rows = worth.Rows.Where(row => row.Language == language).ToList();
            Assert.Equal(["mfcc", "mfcc at 50 Hz"], rows.Where(row => row.Update is null).Select(row => row.Features));
            Assert.Equal([(0, 1), (0, 2), (4, 1), (4, 2), (8, 1), (8, 2)], // 2 and 6 are passed over
                rows.Where(row => row.Update is not null).Select(row => (row.Update!.Value, row.Layer!.Value)).Order());
            Assert.All(rows, row => Assert.InRange(row.Pnmi!.Value, 0, 1));
            Assert.Equal([4, 8], rows.Where(row => row.IsChosen).Select(row => row.Update!.Value));
            Assert.Equal([0, 4, 8], worth.Curve(language).Select(row => row.Update!.Value));
        }
        var (first, last) = (worth.Curve(languages[0])[1], worth.Curve(languages[0])[2]);
        Assert.True(first.AudioHours > 0 && last.AudioHours > first.AudioHours && last.Minutes > first.Minutes);
        Assert.InRange(last.LossBits!.Value, 0.1, 20);
        Assert.Null(worth.Curve(languages[0])[0].LossBits);
        Assert.Equivalent(worth, RunWorth.Read(Path.Combine(run.Folder, RunFolder.WorthName)), strict: true);
    }

    [Fact]
    public void A_run_without_checkpoints_says_how_to_keep_some()
    {
        using var run = new TinyRun();
        run.Train(null, "optimization.max_update=2", "checkpoint.no_save=true");
        Assert.Contains("checkpoint.save_interval_updates=N", Assert.Throws<UserException>(() => Evaluate(run, 1, [1])).Message);
    }

    /// <summary>The labels with their times.</summary>
    private static string Alignment(TinyRun run)
    {
        var entries = Manifest.Read(Path.Combine(run.Data, "train.tsv")).Entries;
        var samples = 16000 / (int)run.LabelRate;
        var lines = File.ReadLines(Path.Combine(run.Data, "train.km")).Zip(entries, (labels, entry) =>
            $"{entry.RelativePath}\tanna\t{entry.LengthSamples}\t" + string.Join(' ', labels.Split(' ')
                .Take((int)entry.LengthSamples / samples)
                .Select((label, i) => $"c{(char)('a' + int.Parse(label))}:{i * samples}:{(i + 1) * samples}")));
        var path = Path.Combine(run.Data, "alignment.tsv");
        File.WriteAllLines(path, lines.Prepend("utt\tspeaker\tsamples\tclusters"));
        return path;
    }

    private static RunWorth Evaluate(TinyRun run, int every, int[] layers) => CheckpointEvaluation.Run(new CheckpointEvaluationOptions
    {
        RunFolder = run.Folder,
        Every = every,
        Layers = layers,
        Quality = new LayerQualityOptions
        {
            ManifestPath = Path.Combine(run.Data, "train.tsv"),
            ChooseManifestPath = Path.Combine(run.Data, "valid.tsv"),
            ReferencePath = Alignment(run),
            Mfcc = true,
            Untrained = true,
            KMeans = new KMeansOptions { Clusters = 4, Starts = 1 },
        },
    }, null, TestContext.Current.CancellationToken);
}
