using System.Text.Json;
using HubertSharp.Pretraining;
using HubertSharp.Runs;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Training.Checkpoints;

namespace HubertSharp.Tests.Pretraining;

/// <summary>The checkpoints that a run writes, at once and in the background.</summary>
public class RunCheckpointsTests
{
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

    private static byte[] Read(TinyRun run, long update, string file) =>
        File.ReadAllBytes(Path.Combine(run.Folder, "checkpoints", CheckpointFiles.NameOf(update), file));
}
