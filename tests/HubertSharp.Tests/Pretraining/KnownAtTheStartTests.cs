using HubertSharp.Pretraining;
using HubertSharp.Runs;
using HubertSharp.Training;

namespace HubertSharp.Tests.Pretraining;

/// <summary>What is known at the start is said at the start, and what ends a run later costs none of its updates.</summary>
public sealed class KnownAtTheStartTests : IDisposable
{
    private readonly TinyRun _run = new();

    [Theory]
    [InlineData("model.mask_length=10000", "the shortest clip has no room for a mask of 2 spans (expected more than "
        + "model.mask_length=10000 and 2, 10003 frames")]
    [InlineData("model.mask_length=10000", "); lower model.mask_length or model.mask_prob")] // no clip is as long as that
    [InlineData("task.max_keep_size=100", "raise task.max_keep_size")]
    [InlineData("task.max_sample_size=4080", "set task.min_sample_size=4240, or lower model.mask_length")] // 12 frames, of 13
    [InlineData("checkpoint.best_checkpoint_metric=wer", "checkpoint.best_checkpoint_metric: no such metric (expected one of loss, "
        + "count_m_0, loss_m_0, correct_m_0, ")]
    public void Before_the_first_update(string given, string expected)
    {
        var message = Assert.Throws<UserException>(() => _run.Train(null, given)).Message;
        Assert.Contains(expected, message);
        Assert.False(File.Exists(_run.MetricsPath));
    }

    [Fact]
    public void One_frame_more_is_enough() =>
        Assert.True(_run.Train(null, "task.max_sample_size=4240", "optimization.max_update=2").Finished);

    [Fact]
    public void A_warm_up_without_end_and_a_small_validation_are_told_before_the_first_update()
    {
        Assert.Equal(["0 1", "1 1", "1 0"], new[] { Told(1, 3, 8), Told(1, 8, 2), Told(4, 8, 2) }); // 3 clips of 5 s in all, and 12 of 22 s

        // warnings of the validation split and of the warm-up
        string Told(int copies, int warmup, int updates)
        {
            using var run = new TinyRun();
            foreach (var file in (string[])["valid.tsv", "valid.km"])
            {
                var lines = File.ReadAllLines(Path.Combine(run.Data, file));
                var head = file.EndsWith("tsv", StringComparison.Ordinal) ? 1 : 0;
                File.WriteAllLines(Path.Combine(run.Data, file),
                    [.. lines.Take(head), .. Enumerable.Range(0, copies).SelectMany(_ => lines.Skip(head))]);
            }
            var notices = new List<string>();
            run.Train(new PretrainingOptions { Notice = notices.Add },
                $"lr_scheduler.warmup_updates={warmup}", $"optimization.max_update={updates}", "dataset.validate_interval_updates=0");
            return $"{notices.Count(n => n.StartsWith("warning: the learning rate rises until", StringComparison.Ordinal))} "
                + $"{notices.Count(n => n.StartsWith("warning: valid.tsv holds", StringComparison.Ordinal))}";
        }
    }

    [Fact]
    public void An_interruption_says_where_to_go_on_from()
    {
        using var stop = new CancellationTokenSource();
        var notices = new List<string>();
        var options = new PretrainingOptions { Notice = notices.Add, Progress = new Stopping(stop) };
        Assert.Throws<OperationCanceledException>(() => Pretrainer.Run(_run.Config(), _run.Folder, options, stop.Token));
        Assert.Contains(notices, n => n.StartsWith("interrupted after update 3; its checkpoint is in ", StringComparison.Ordinal)
            && n.EndsWith("update_000000003, and the same command goes on from it", StringComparison.Ordinal));
    }

    private sealed class Stopping(CancellationTokenSource stop) : IProgress<TrainingStatus>
    {
        public void Report(TrainingStatus value)
        {
            if (value.Update == 3)
                stop.Cancel();
        }
    }

    [Fact]
    public void A_users_fault_writes_a_checkpoint_first()
    {
        using var whole = new TinyRun();
        string[] overrides = ["dataset.num_workers=0", "dataset.disable_validation=true"];
        whole.Train(null, overrides);

        var batches = 0;
        var notices = new List<string>();
        var options = new PretrainingOptions
        {
            AfterCollate = _ =>
            {
                if (++batches == 6)
                    throw UserException.Create("no such audio file", "gone.wav");
            },
            Notice = notices.Add,
        };
        Assert.Equal("gone.wav: no such audio file", Assert.Throws<UserException>(() => _run.Train(options, overrides)).Message);
        Assert.Contains(notices, n => n.StartsWith("a checkpoint of update 5 was written first", StringComparison.Ordinal));
        Assert.True(Directory.Exists(Path.Combine(_run.Folder, "checkpoints", "update_000000005")));
        _run.Train(null, overrides);
        Assert.Equal(whole.MetricsWithoutClock(), _run.MetricsWithoutClock());
    }

    public void Dispose() => _run.Dispose();
}
