using HubertSharp.Pretraining;
using HubertSharp.Runs;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Tests.Pretraining;

public sealed class RunContinuationTests : IDisposable
{
    private readonly TinyRun _run = new();

    [Fact]
    public void The_fingerprint_of_the_checkpoint_decides_whether_a_run_goes_on()
    {
        _run.Train(new PretrainingOptions { StopAfterUpdate = 4 }, "checkpoint.save_interval_updates=2");
        Assert.Null(Obstacle("common.log_interval=1"));
        Assert.Null(Obstacle("optimization.max_update=100"));
        Assert.Null(Obstacle("optimization.lr=[0.1]")); // as pretrain: told of, and used from here on
        Assert.StartsWith("it was trained with model.encoder_layers=2, not model.encoder_layers=3", Obstacle("model.encoder_layers=3"));
        Assert.StartsWith("it was trained with common.seed=", Obstacle("common.seed=99"));
        _run.Train();
        Assert.Null(Obstacle("optimization.max_update=4"));
        // nothing would be left to train
        Assert.StartsWith("it was trained to its end with lr_scheduler.lr=", Obstacle("optimization.lr=[0.1]"));
        Assert.Null(Obstacle("optimization.lr=[0.1]", "optimization.max_update=9"));
        File.AppendAllText(Path.Combine(_run.Data, "dict.km.txt"), "999 1\n");
        Assert.Contains("dict.km.txt of ", Obstacle());
    }

    [Fact]
    public void A_run_without_a_checkpoint_goes_on_only_with_what_it_began_with_and_one_that_is_training_is_left_alone()
    {
        Assert.False(RunFolder.IsOne(_run.Folder));
        Directory.CreateDirectory(_run.Folder);
        Assert.Null(RunContinuation.Obstacle(_run.Config(), _run.Folder, isSame: true));
        Assert.Equal("it has no checkpoint", Obstacle());
        File.WriteAllText(_run.MetricsPath, "");
        Assert.True(RunFolder.IsOne(_run.Folder));
        using var training = RunLock.Take(RunFolder.Create(_run.Folder).LockPath);
        Assert.Throws<UserException>(() => Obstacle());
    }

    private string? Obstacle(params string[] overrides) => RunContinuation.Obstacle(_run.Config(overrides), _run.Folder, isSame: false);

    public void Dispose() => _run.Dispose();
}
