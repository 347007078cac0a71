using HubertSharp.Cli.Verbs;
using HubertSharp.Pretraining;
using HubertSharp.Runs;
using HubertSharp.Tensors;
using HubertSharp.Training;
using HubertSharp.Training.Checkpoints;

namespace HubertSharp.Tests.Pretraining;

/// <summary>A run that was stopped, or is at its end, and is started again: what goes on, what is told, what is refused.</summary>
public class ResumedRunTests
{
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

    [Theory]
    [InlineData("optimization.max_epoch=1", "raise optimization.max_epoch to train on", "of ")]
    [InlineData("optimization.max_update=1", "raise optimization.max_update to train on", ", beyond the 1 asked for")]
    public void A_finished_run_says_which_limit_to_raise(string setting, string expected, string progress)
    {
        using var run = new TinyRun();
        run.Train(null, "optimization.max_update=1000000", "optimization.max_epoch=1");
        var notices = new List<string>();
        Assert.True(run.Train(new PretrainingOptions { Notice = notices.Add }, "optimization.max_update=1000000", setting).Finished);
        Assert.Contains(notices, n => n.EndsWith(expected, StringComparison.Ordinal));
        Assert.Contains(notices, n => n.StartsWith("update ", StringComparison.Ordinal) && n.Contains(progress, StringComparison.Ordinal));
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
    public void An_interrupted_run_writes_a_checkpoint_first()
    {
        using var run = new TinyRun();
        using var stop = new CancellationTokenSource();
        var options = new PretrainingOptions { Progress = new Stop(stop, 3) };
        Assert.Throws<OperationCanceledException>(() => Pretrainer.Run(run.Config(), run.Folder, options, stop.Token));
        Assert.Equal(3, CheckpointStore.Read(Path.Combine(run.Folder, "checkpoints", "checkpoint_last")).Update);
    }

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
