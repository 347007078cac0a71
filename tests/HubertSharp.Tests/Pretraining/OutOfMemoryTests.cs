using HubertSharp.Cli;
using HubertSharp.Pretraining;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Training.Checkpoints;
using TorchSharp;

namespace HubertSharp.Tests.Pretraining;

/// <summary>
/// A training that runs out of memory ends in one line; its last checkpoint is whole, and the same command goes on from it.
/// </summary>
public class OutOfMemoryTests
{
    [Theory]
    [InlineData("libtorch")]
    [InlineData("dotnet")]
    public void The_checkpoint_before_is_whole_and_the_run_goes_on_as_if_nothing_had_been(string whose)
    {
        using var whole = new TinyRun();
        whole.Train();
        using var run = new TinyRun();
        run.Train(new PretrainingOptions { StopAfterUpdate = 4 });
        var left = 2; // the batches of the fifth and sixth update come through
        var exception = Assert.ThrowsAny<Exception>(() => run.Train(new PretrainingOptions
        {
            AfterCollate = _ =>
            {
                if (Interlocked.Decrement(ref left) < 0)
                    Allocate(whose);
            },
        }));
        using var error = new StringWriter();
        Assert.Equal(CommandHost.UserFault, CommandHost.Report(exception, interrupted: false, error));
        Assert.StartsWith("hubert: out of memory; ", Assert.Single(error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)));

        var checkpoints = Path.Combine(run.Folder, "checkpoints");
        var newest = new CheckpointStore(checkpoints, new CheckpointConfig()).Newest(_ => Assert.Fail("a checkpoint is damaged"));
        Assert.InRange(newest!.Value.State.Update, 4, 5); // the fifth ends an epoch
        Assert.Empty(Directory.GetFileSystemEntries(checkpoints, ".*"));
        Assert.True(run.Train().Finished);
        Assert.Equal(whole.MetricsWithoutClock(), run.MetricsWithoutClock());
    }

    /// <summary>More than any machine has.</summary>
    private static void Allocate(string whose)
    {
        if (whose == "libtorch")
            torch.zeros(1L << 50).Dispose();
        else
            GC.KeepAlive(Array.CreateInstance(typeof(decimal), int.MaxValue)); // above what an array may have: the same exception
    }
}
