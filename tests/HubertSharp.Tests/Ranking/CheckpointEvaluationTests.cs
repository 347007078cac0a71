using HubertSharp.Clustering;
using HubertSharp.Evaluation.Quality;
using HubertSharp.Ranking;
using HubertSharp.Runs;
using HubertSharp.Runs.Manifests;
using HubertSharp.Runs.Reports;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Tests.Pretraining;
using HubertSharp.Tests.Training;

namespace HubertSharp.Tests.Ranking;

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

    /// <summary>What is there is taken; a checkpoint that is new is scored, and one that changed; a damaged file is no result.</summary>
    [Fact]
    public void What_was_measured_is_not_measured_again()
    {
        using var run = new TinyRun();
        run.Train(null, "checkpoint.save_interval_updates=4");
        var first = Evaluate(run, every: 4, layers: [2], probe: true);
        Assert.Contains(_stages, stage => stage.Contains("update_000000004", StringComparison.Ordinal));
        Assert.All(first.Rows.Where(row => row.Update is not null && row.Language is null), row => Assert.InRange(row.Probe!.Value, 0, 1));
        Assert.NotNull(first.ProbeRival(null));
        Assert.DoesNotContain(first.Rows, row => row.Language is not null && row.Probe is not null);

        _stages.Clear();
        Assert.Equivalent(first, Evaluate(run, every: 4, layers: [2], probe: true), strict: true);
        Assert.Empty(_stages);

        run.Train(null, "checkpoint.save_interval_updates=4", "optimization.max_update=12");
        var later = Evaluate(run, every: 4, layers: [2], probe: true);
        Assert.Equal([0, 4, 8, 12], later.Curve(null).Select(row => row.Update!.Value));
        Assert.DoesNotContain(_stages, stage => stage.Contains("update_000000004", StringComparison.Ordinal));
        Assert.Equivalent(first.Curve(null), later.Curve(null).Take(3), strict: true);
        Assert.Equal(3, Assert.Single(later.Agreements, a => a is { Figure: Figure.Probe, Language: null }).Checkpoints);

        _stages.Clear();
        File.WriteAllText(Path.Combine(run.Folder, "worth", "update_000000008.json"), "{");
        Assert.Equivalent(later, Evaluate(run, every: 4, layers: [2], probe: true), strict: true);
        Assert.Contains(_stages, stage => stage.Contains("update_000000008", StringComparison.Ordinal));
        Assert.DoesNotContain(_stages, stage => stage.Contains("update_000000012", StringComparison.Ordinal));
    }

    /// <summary>The same transcripts, seed and number of updates for every checkpoint and for the network from scratch.</summary>
    [Fact]
    public void Each_checkpoint_is_fine_tuned_for_a_short_time()
    {
        using var run = new TinyRun();
        run.Train(null, "checkpoint.save_interval_updates=4");
        var options = new CheckpointEvaluationOptions { RunFolder = run.Folder, Every = 4, Finetuning = Finetuning(run) };
        var worth = CheckpointEvaluation.Run(options, Stage, TestContext.Current.CancellationToken);
        Assert.Empty(worth.Rows);
        Assert.Equal([0, 4, 8], worth.Finetunings.Select(t => t.Update));
        foreach (var tuning in worth.Finetunings)
        {
            Assert.Equal([null, "en", "zh"], tuning.Errors.Select(e => e.Language));
            Assert.Equal(tuning.Errors[0].Utterances, tuning.Errors[1].Utterances + tuning.Errors[2].Utterances);
            Assert.All(tuning.Errors, e => Assert.True(e.Symbols.Value > 0 && e.Words is not null));
            Assert.Equal(tuning.Update > 0, tuning.LossBits is not null);
        }
        Assert.Equal(Figure.SymbolErrors, Assert.Single(worth.Agreements).Figure);
        Assert.Equal(3, _stages.Count(stage => stage.StartsWith("fine-tuning", StringComparison.Ordinal)));
        _stages.Clear();
        Assert.Equivalent(worth, CheckpointEvaluation.Run(options, Stage, TestContext.Current.CancellationToken), strict: true);
        Assert.Empty(_stages);

        // another budget is another measurement; what cannot be trained is told before anything long
        var longer = options with { Finetuning = options.Finetuning with { Updates = 3 } };
        Assert.All(CheckpointEvaluation.Run(longer, Stage, TestContext.Current.CancellationToken).Finetunings,
            t => Assert.Equal(3, t.Updates));
        File.WriteAllText(Path.Combine(run.Data, "dict.ltr.txt"), "");
        _stages.Clear();
        Assert.Contains("the dictionary has no symbols", Assert.Throws<UserException>(() =>
            CheckpointEvaluation.Run(options, Stage, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        Assert.Empty(_stages);
    }

    /// <summary>What is clustered, scored, probed and fine-tuned by two processes, played by two threads, is what one comes to.</summary>
    [Fact]
    public async Task Several_processes_share_what_one_would_measure()
    {
        using var run = new TinyRun();
        run.Train(null, "checkpoint.save_interval_updates=4");
        var fit = Path.Combine(run.Data, "fit.tsv");
        File.Copy(Path.Combine(run.Data, "train.tsv"), fit);
        var options = Options(run, every: 4, layers: [2], probe: true);
        // what the first process has hardly written is read at once
        var quality = options.Quality! with { FitManifestPath = fit, ChooseManifestPath = null };
        options = options with { Finetuning = Finetuning(run), Quality = quality };
        RunWorth Evaluated(CheckpointEvaluationOptions of) => CheckpointEvaluation.Run(of, null, TestContext.Current.CancellationToken);
        var alone = Evaluated(options);
        Assert.Contains(alone.Rows, row => row.Probe is not null);
        var kept = Path.Combine(run.Folder, "worth");
        foreach (var again in Directory.GetFiles(kept).Order(StringComparer.Ordinal).Skip(1)) // the other is found by the first process
            File.Delete(again);
        using var pair = new ToyReplicas.Pair();
        var both = await Task.WhenAll(Enumerable.Range(0, 2).Select(rank => Task.Factory.StartNew(() =>
        {
            var replicas = new ToyReplicas(rank, pair) { Lag = TimeSpan.FromMilliseconds(30) };
            return Evaluated(options with { Replicas = replicas, Quality = quality with { Replicas = replicas } });
        }, TaskCreationOptions.LongRunning)));
        Assert.Equivalent(alone, both[0], strict: true);
        Assert.Equivalent(alone, RunWorth.Read(Path.Combine(run.Folder, RunFolder.WorthName)), strict: true);
        Assert.Equivalent(alone.Finetunings, both[1].Finetunings, strict: true);
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

    private readonly List<string> _stages = [];

    private IProgress<StageProgress> Stage(string name)
    {
        _stages.Add(name);
        return new Progress<StageProgress>();
    }

    /// <summary>Two updates, on transcripts of few symbols.</summary>
    private static CheckpointFinetuningOptions Finetuning(TinyRun run)
    {
        foreach (var split in (string[])["train", "valid"])
            File.WriteAllLines(Path.Combine(run.Data, $"{split}.ltr"),
                Manifest.Read(Path.Combine(run.Data, "train.tsv")).Entries.Select((_, i) => i % 2 == 0 ? "A B | A |" : "B | A |"));
        File.WriteAllText(Path.Combine(run.Data, "dict.ltr.txt"), "| 4\nA 3\nB 2\n");
        return new CheckpointFinetuningOptions
        {
            Data = run.Data,
            Labels = run.Data,
            Split = "valid",
            Updates = 2,
            Overrides = ["task.min_sample_size=1000", "model.mask_channel_length=4", "model.mask_length=2", "common.num_threads=1",
                "dataset.required_batch_size_multiple=1"],
        };
    }

    private RunWorth Evaluate(TinyRun run, int every, int[] layers, bool probe = false) =>
        CheckpointEvaluation.Run(Options(run, every, layers, probe), Stage, TestContext.Current.CancellationToken);

    private static CheckpointEvaluationOptions Options(TinyRun run, int every, int[] layers, bool probe) => new()
    {
        RunFolder = run.Folder,
        Every = every,
        Layers = layers,
        Probe = probe,
        Quality = new LayerQualityOptions
        {
            ManifestPath = Path.Combine(run.Data, "train.tsv"),
            ChooseManifestPath = Path.Combine(run.Data, "valid.tsv"),
            ReferencePath = Alignment(run),
            Mfcc = true,
            Untrained = true,
            KMeans = new KMeansOptions { Clusters = 4, Starts = 1 },
        },
    };
}
