using System.Text.Json;
using HubertSharp.Pretraining;
using HubertSharp.Training.Checkpoints;

namespace HubertSharp.Tests.Pretraining;

/// <summary>A run that ends before its last update.</summary>
public class EarlyEndTests
{
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
}
