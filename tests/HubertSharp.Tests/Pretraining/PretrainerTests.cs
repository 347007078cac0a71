using System.Text.Json;
using HubertSharp.Cli.Verbs;
using HubertSharp.Pretraining;
using HubertSharp.Runs;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Tensors;
using HubertSharp.Training;
using HubertSharp.Training.Checkpoints;

namespace HubertSharp.Tests.Pretraining;

public class PretrainerTests
{
    [Fact]
    public void A_run_logs_fairseqs_keys_and_learns_something()
    {
        using var run = new TinyRun();
        var summary = run.Train(null, "optimization.max_update=40", "common.log_interval=5");

        Assert.True(summary.Finished);
        var lines = File.ReadAllLines(run.MetricsPath).Select(l => JsonDocument.Parse(l).RootElement).ToArray();
        var inner = lines.Where(l => l.GetProperty("tag").GetString() == "train_inner").ToArray();
        Assert.Equal(8, inner.Length);
        foreach (var key in (string[])["loss", "loss_m_0", "loss_u_0", "loss_features_pen", "correct_m_0", "count_m_0", "ppl", "wps", "ups",
            "wpb", "bsz", "num_updates", "lr", "gnorm", "clip", "train_wall", "wall", "loss_m_0_en", "loss_m_0_zh"])
            Assert.Equal(JsonValueKind.Number, inner[^1].GetProperty(key).ValueKind);
        Assert.Contains(lines, l => l.GetProperty("tag").GetString() == "valid" && l.TryGetProperty("valid_loss_m_0", out _));
        Assert.Contains(lines, l => l.GetProperty("tag").GetString() == "train");
        Assert.Equal(0, inner[^1].GetProperty("lr").GetDouble());
        Assert.True(inner[^1].GetProperty("loss_m_0").GetDouble() < inner[0].GetProperty("loss_m_0").GetDouble());
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(run.Folder, "tensorboard"), "*tfevents*"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_stopped_run_goes_on_as_if_nothing_had_happened(bool bf16)
    {
        string[] overrides = ["checkpoint.save_interval_updates=3", $"common.bf16={bf16}", "optimization.update_freq=[2]"];
        using var whole = new TinyRun();
        whole.Train(null, overrides);
        using var stopped = new TinyRun();
        Assert.False(stopped.Train(new PretrainingOptions { StopAfterUpdate = 3 }, overrides).Finished);
        File.AppendAllText(stopped.MetricsPath, "{\"tag\": \"train_inner\", \"num_up"); // as a kill leaves it
        Assert.False(stopped.Train(new PretrainingOptions { StopAfterUpdate = 5 }, overrides).Finished);
        Assert.True(stopped.Train(null, overrides).Finished);

        Assert.Equal(whole.MetricsWithoutClock(), stopped.MetricsWithoutClock());
        Assert.Equal(Weights(whole), Weights(stopped));
    }

    [Fact]
    public void A_finished_run_is_not_trained_again()
    {
        using var run = new TinyRun();
        run.Train();
        var metrics = File.ReadAllText(run.MetricsPath);
        Assert.True(run.Train().Finished);
        Assert.Equal(metrics, File.ReadAllText(run.MetricsPath));
    }

    [Theory]
    [InlineData("common.seed=2", "expected common.seed=1337, found common.seed=2")]
    [InlineData("model.encoder_layers=3", "expected model.encoder_layers=2, found model.encoder_layers=3")]
    [InlineData("dataset.max_tokens=80000", "dataset.max_tokens=80000")]
    public void Another_configuration_is_refused_by_name(string change, string named)
    {
        using var run = new TinyRun();
        run.Train(new PretrainingOptions { StopAfterUpdate = 2 });
        var message = Assert.Throws<UserException>(() => run.Train(null, change)).Message;
        Assert.Contains("the configuration is not that of this run's checkpoints", message);
        Assert.Contains(named, message);
        Assert.DoesNotContain('\n', message);
    }

    [Theory]
    [InlineData("train.km")]
    [InlineData("train.tsv")]
    [InlineData("dict.km.txt")]
    public void Other_data_are_told_apart_from_another_configuration(string file)
    {
        using var run = new TinyRun();
        run.Train(new PretrainingOptions { StopAfterUpdate = 2 });
        var path = Path.Combine(run.Data, file);
        var lines = File.ReadAllLines(path);
        // the same in another order: still labels and manifests that can be read
        if (file == "train.km")
            lines[0] = string.Join(' ', lines[0].Split(' ').Reverse().Order());
        else
            (lines[^1], lines[^2]) = (lines[^2], lines[^1]);
        File.WriteAllLines(path, lines);
        if (file == "train.tsv")
        {
            var labels = File.ReadAllLines(Path.Combine(run.Data, "train.km"));
            (labels[^1], labels[^2]) = (labels[^2], labels[^1]);
            File.WriteAllLines(Path.Combine(run.Data, "train.km"), labels);
        }
        var message = Assert.Throws<UserException>(() => run.Train(new PretrainingOptions { ForceLabels = true })).Message;
        Assert.Contains("the data are not those of this run's checkpoints", message);
        Assert.Contains($"{file} of ", message);
    }

    [Fact]
    public void What_may_change_is_told()
    {
        using var run = new TinyRun();
        run.Train(new PretrainingOptions { StopAfterUpdate = 2 }, "common.bf16=false");
        var notices = new List<string>();
        run.Train(new PretrainingOptions { StopAfterUpdate = 3, Notice = notices.Add }, "optimization.lr=[0.0007]", "common.bf16=true",
            "model.checkpoint_activations=true");
        Assert.Contains(notices,
            n => n.Contains("optimization.lr=[0.0007]") && n.Contains("before: ") && n.Contains("optimization.lr=[0.0005]"));
        if (PrecisionChoice.For(run.Config("common.bf16=true").Value.Common).Precision != ComputePrecision.Float32)
            Assert.Contains(notices, n => n.StartsWith("warning: ") && n.Contains("precision BFloat16") && n.Contains("precision Float32"));
    }

    [Fact]
    public void The_best_and_the_last_checkpoint_have_names()
    {
        using var run = new TinyRun();
        run.Train(null, "optimization.max_update=12", "dataset.validate_interval_updates=3", "optimization.lr=[0.01]");
        var checkpoints = Path.Combine(run.Folder, "checkpoints");
        var valid = File.ReadAllLines(run.MetricsPath).Select(l => JsonDocument.Parse(l).RootElement)
            .Where(l => l.GetProperty("tag").GetString() == "valid")
            .Select(l => (Update: l.GetProperty("valid_num_updates").GetInt64(), Loss: l.GetProperty("valid_loss").GetDouble())).ToList();
        Assert.True(valid.Count >= 4);
        var best = CheckpointStore.Read(Path.Combine(checkpoints, "checkpoint_best"));
        Assert.Equal(valid.MinBy(v => v.Loss), (best.Update, best.ValidValue!.Value));
        Assert.Equal(12, CheckpointStore.Read(Path.Combine(checkpoints, "checkpoint_last")).Update);
    }

    [Fact]
    public void Checkpoints_written_in_the_background_are_the_same()
    {
        string[] overrides = ["checkpoint.save_interval_updates=2", "optimization.max_update=8"];
        using var plain = new TinyRun();
        plain.Train(null, overrides);
        using var background = new TinyRun();
        background.Train(new PretrainingOptions { StopAfterUpdate = 5 },
            [.. overrides, "checkpoint.write_checkpoints_asynchronously=true"]);
        Assert.True(background.Train(null, [.. overrides, "checkpoint.write_checkpoints_asynchronously=true"]).Finished);
        Assert.Equal(plain.MetricsWithoutClock(), background.MetricsWithoutClock());
        foreach (var update in (long[])[2, 4, 6, 8])
        {
            foreach (var file in (string[])["model.safetensors", "optimizer.safetensors"])
                Assert.Equal(Read(plain, update, file), Read(background, update, file));
        }
    }

    [Fact]
    public void A_background_write_that_fails_ends_the_run_in_one_line()
    {
        using var run = new TinyRun();
        var isInTheWay = false;
        var options = new PretrainingOptions
        {
            AfterCollate = _ =>
            {
                if (!Interlocked.Exchange(ref isInTheWay, true)) // what is there before the start is refused
                    File.WriteAllText(Path.Combine(run.Folder, "checkpoints"), "in the way");
            },
        };
        Assert.Contains("the checkpoint was not written", Assert.Throws<UserException>(
            () => run.Train(options, "checkpoint.save_interval_updates=2", "checkpoint.write_checkpoints_asynchronously=true")).Message);
    }

    [Fact]
    public void A_run_ends_when_validation_gets_no_better_and_stays_at_its_end()
    {
        using var run = new TinyRun();
        // without a learning rate nothing gets better: the first validation is the best one
        string[] overrides =
        [
            "optimization.lr=[0.0]", "optimization.max_update=50", "dataset.validate_interval=1000", "dataset.validate_interval_updates=2",
            "checkpoint.patience=3",
        ];
        var notices = new List<string>();
        var summary = run.Train(new PretrainingOptions { Notice = notices.Add }, overrides);
        Assert.Equal((true, 8L), (summary.Finished, summary.Updates));
        Assert.Contains(notices, n => n.Contains("checkpoint.patience"));
        Assert.Equal(8, CheckpointStore.Read(summary.CheckpointFolder!).Update);
        Assert.Equal((true, 8L), (run.Train(null, overrides).Finished, run.Train(null, overrides).Updates));
        Assert.Equal(10, run.Train(null, [.. overrides, "checkpoint.patience=4"]).Updates);
    }

    [Fact]
    public void A_run_ends_after_its_time_with_a_validation()
    {
        using var run = new TinyRun();
        var summary = run.Train(null, "optimization.stop_time_hours=0.0000001", "optimization.max_update=50");
        Assert.Equal((true, 1L), (summary.Finished, summary.Updates));
        Assert.False(double.IsNaN(summary.ValidHeadline));
        Assert.Equal(1, CheckpointStore.Read(summary.CheckpointFolder!).Update);
    }

    /// <summary>Nothing is trained in the second start and nothing ever validated: no figure is better than NaN.</summary>
    [Theory]
    [InlineData("dataset.disable_validation=true", "2 updates done")]
    [InlineData("dataset.disable_validation=false", "2 updates done; masked loss [0-9.]+ bits on the valid split")]
    public void A_finished_run_that_is_started_again_prints_no_NaN(string setting, string done)
    {
        using var run = new TinyRun();
        var first = run.Train(null, "optimization.max_update=2", setting);
        Assert.Matches("bits in training", PretrainVerb.Done(first));
        Assert.DoesNotContain("NaN", PretrainVerb.Done(first), StringComparison.Ordinal);
        var notices = new List<string>();
        var again = run.Train(new PretrainingOptions { Notice = notices.Add }, "optimization.max_update=2", setting);
        Assert.Matches($"^{done}$", PretrainVerb.Done(again));
        Assert.Contains("the run was finished before, so nothing was trained; raise optimization.max_update to train on", notices);
        Assert.DoesNotContain(notices, n => n.Contains("NaN", StringComparison.Ordinal));
    }

    [Fact]
    public void A_run_ends_at_the_end_of_an_epoch_below_its_least_learning_rate()
    {
        using var run = new TinyRun();
        var summary = run.Train(null, "optimization.stop_min_lr=1", "optimization.max_update=50",
            "dataset.max_tokens=20000");
        var epoch = Assert.Single(File.ReadAllLines(run.MetricsPath).Select(l => JsonDocument.Parse(l).RootElement),
            l => l.GetProperty("tag").GetString() == "train");
        Assert.Equal((true, epoch.GetProperty("train_num_updates").GetInt64()), (summary.Finished, summary.Updates));
        Assert.InRange(summary.Updates, 2, 49);
    }

    [Fact]
    public void Validation_may_be_cut_tooShortand_have_a_seed_of_its_own()
    {
        double Loss(string setting)
        {
            using var run = new TinyRun();
            return run.Train(null, "optimization.max_update=1", setting).ValidHeadline;
        }

        var plain = Loss("common.log_interval=1");
        Assert.NotEqual(plain, Loss("dataset.max_valid_steps=1"));
        Assert.NotEqual(plain, Loss("dataset.fixed_validation_seed=5"));
        Assert.Equal(Loss("dataset.fixed_validation_seed=5"), Loss("dataset.fixed_validation_seed=5"));
    }

    [Fact]
    public void An_interrupted_run_writes_a_checkpoint_first()
    {
        using var run = new TinyRun();
        using var stop = new CancellationTokenSource();
        var options = new PretrainingOptions { Progress = new Stop(stop, 3) };
        Assert.Throws<OperationCanceledException>(() => Pretrainer.Run(run.Config(), run.Folder, options, stop.Token));
        Assert.Equal(3, CheckpointStore.Read(Path.Combine(run.Folder, "checkpoints", "checkpoint_last")).Update);
    }

    [Fact]
    public void The_log_says_how_much_of_the_manifest_an_epoch_hears()
    {
        using var run = new TinyRun();
        var manifest = Path.Combine(run.Data, "train.tsv");
        var lengths = File.ReadAllLines(manifest)[1..].Select(line => long.Parse(line.Split('\t')[1])).ToList();
        const int Most = 10_000;
        var least = lengths.Min() + 1;
        var (kept, tooShort) = (lengths.Where(l => l >= least).ToList(), lengths.Count(l => l < least));
        Assert.InRange(tooShort, 1, lengths.Count - 1); // else this shows nothing

        var whole = Notices("task.min_sample_size=0", "dataset.batch_size=1", "task.max_sample_size=10000000",
            "dataset.max_tokens=10000000", "dataset.required_batch_size_multiple=1");
        Assert.Contains(whole, n => n.Contains("(100.0% of the audio)", StringComparison.Ordinal));
        Assert.DoesNotContain(whole, n => n.StartsWith("warning", StringComparison.Ordinal)
            && !n.Contains("valid.tsv holds", StringComparison.Ordinal) // those of so small a run
            && !n.Contains("the learning rate rises", StringComparison.Ordinal));

        var cropped = Notices($"task.min_sample_size={least}", $"task.max_sample_size={Most}", "dataset.batch_size=1",
            "dataset.required_batch_size_multiple=1");
        var share = 100.0 * kept.Count * Most / lengths.Sum();
        Assert.Contains(cropped, n => n.Contains(FormattableString.Invariant($"({share:0.0}% of the audio)"), StringComparison.Ordinal));
        Assert.Contains(cropped, n => n.StartsWith($"warning: {tooShort} of {lengths.Count} utterances", StringComparison.Ordinal)
            && n.Contains($"{tooShort} shorter than task.min_sample_size={least} (", StringComparison.Ordinal)
            && n.EndsWith("lower task.min_sample_size, or join short clips", StringComparison.Ordinal));
        Assert.Contains(cropped, n => n.StartsWith("warning: cropping takes", StringComparison.Ordinal));
        var read = DataSummary.Read(Path.Combine(run.Folder, "data.json"));
        Assert.Equal((tooShort, lengths.Count), (read.TooShort.Utterances, read.Manifest.Utterances));
        Assert.Equal(kept.Sum(l => l - Most) / 16000.0, read.CroppedSeconds, 1e-9);

        Assert.Contains(Notices("task.pad_audio=true", "dataset.max_tokens=10000000"),
            n => n.EndsWith("% of them is padding", StringComparison.Ordinal));

        List<string> Notices(params string[] overrides)
        {
            var notices = new List<string>();
            if (Directory.Exists(run.Folder))
                Directory.Delete(run.Folder, recursive: true);
            run.Train(new PretrainingOptions { Notice = notices.Add }, ["optimization.max_update=1", .. overrides]);
            return notices;
        }
    }

    [Fact]
    public void A_wrong_sample_count_ends_in_one_line_that_names_the_file()
    {
        using var run = new TinyRun();
        var manifest = Path.Combine(run.Data, "train.tsv");
        File.WriteAllLines(manifest,
            File.ReadAllLines(manifest).Select((l, i) => i == 0 ? l : l.Replace(l.Split('\t')[1], $"{int.Parse(l.Split('\t')[1]) + 400}")));
        var message =
            Assert.Throws<UserException>(() => run.Train(null, "task.max_sample_size=300000", "dataset.max_tokens=300000")).Message;
        Assert.Contains(".wav", message);
        Assert.Contains("the manifest's lengths are not those of the audio", message);
    }

    private static byte[] Read(TinyRun run, long update, string file) =>
        File.ReadAllBytes(Path.Combine(run.Folder, "checkpoints", CheckpointFiles.NameOf(update), file));

    private static byte[] Weights(TinyRun run) =>
        File.ReadAllBytes(Path.Combine(run.Folder, "checkpoints", "checkpoint_last", "model.safetensors"));

    private sealed class Stop(CancellationTokenSource source, long at) : IProgress<TrainingStatus>
    {
        public void Report(TrainingStatus value)
        {
            if (value.Update == at)
                source.Cancel();
        }
    }
}
