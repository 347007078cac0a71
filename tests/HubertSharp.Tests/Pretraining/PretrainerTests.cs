using System.Text.Json;
using HubertSharp.Pretraining;
using HubertSharp.Runs;

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
        foreach (var key in (string[])["loss", "loss_m_0", "loss_u_0", "loss_features_pen", "correct_m_0", "count_m_0", "ppl", "wps", "ups", "wpb", "bsz", "num_updates", "lr", "gnorm", "clip", "train_wall", "wall", "loss_m_0_en", "loss_m_0_zh"])
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
    [InlineData("common.seed=2", "common.seed")]
    [InlineData("model.encoder_layers=3", "model settings")]
    [InlineData("dataset.max_tokens=80000", "dataset.max_tokens")]
    public void A_checkpoint_of_another_run_is_refused_by_name(string change, string named)
    {
        using var run = new TinyRun();
        run.Train(new PretrainingOptions { StopAfterUpdate = 2 });
        Assert.Contains(named, Assert.Throws<UserException>(() => run.Train(null, change)).Message);
    }

    [Fact]
    public void Changed_labels_are_told_apart_from_a_changed_configuration()
    {
        using var run = new TinyRun();
        run.Train(new PretrainingOptions { StopAfterUpdate = 2 });
        var labels = Path.Combine(run.Data, "train.km");
        var lines = File.ReadAllLines(labels);
        var first = lines[0].Split(' ');
        (first[0], first[^1]) = (first[^1], first[0]);
        File.WriteAllLines(labels, [string.Join(' ', first.Reverse()), .. lines[1..]]);
        Assert.Contains("label files", Assert.Throws<UserException>(() => run.Train()).Message);
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
    public void A_wrong_sample_count_ends_in_one_line_that_names_the_file()
    {
        using var run = new TinyRun();
        var manifest = Path.Combine(run.Data, "train.tsv");
        File.WriteAllLines(manifest, File.ReadAllLines(manifest).Select((l, i) => i == 0 ? l : l.Replace(l.Split('\t')[1], $"{int.Parse(l.Split('\t')[1]) + 400}")));
        var message = Assert.Throws<UserException>(() => run.Train(null, "task.max_sample_size=300000", "dataset.max_tokens=300000")).Message;
        Assert.Contains(".wav", message);
        Assert.Contains("samples", message);
    }

    private static byte[] Weights(TinyRun run) => File.ReadAllBytes(Path.Combine(run.Folder, "checkpoints", "checkpoint_last", "model.safetensors"));

    private sealed class Stop(CancellationTokenSource source, long at) : IProgress<PretrainingStatus>
    {
        public void Report(PretrainingStatus value)
        {
            if (value.Update == at)
                source.Cancel();
        }
    }
}
