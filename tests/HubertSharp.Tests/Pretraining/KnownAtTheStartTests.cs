using HubertSharp.Pretraining;
using HubertSharp.Runs;

namespace HubertSharp.Tests.Pretraining;

/// <summary>What is known at the start is said at the start, and what ends a run later costs none of its updates.</summary>
public sealed class KnownAtTheStartTests : IDisposable
{
    private readonly TinyRun _run = new();

    [Theory]
    [InlineData("model.mask_length=10000", "the shortest clip has no room for a mask of 2 spans (expected more than "
        + "model.mask_length=10000 and 2, 10003 frames")]
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
