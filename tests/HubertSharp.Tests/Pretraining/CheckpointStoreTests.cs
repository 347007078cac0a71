using HubertSharp.Pretraining;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;

namespace HubertSharp.Tests.Pretraining;

public sealed class CheckpointStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void The_newest_checkpoint_comes_back_with_its_state()
    {
        var store = new CheckpointStore(_folder.FullName, new CheckpointConfig());
        Save(store, 5);
        Save(store, 10);
        var (folder, state) = store.Newest(null)!.Value;
        Assert.Equal("update_000000010", Path.GetFileName(folder));
        Assert.Equal(10, state.Update);
        Assert.Equal([1.5, 2.0], state.Interval["loss"]);
    }

    [Theory]
    [InlineData("state.json", "{")]
    [InlineData("state.json", "")]
    [InlineData("model.bin", "other bytes")]
    public void A_damaged_newest_checkpoint_falls_back_to_the_one_before(string file, string content)
    {
        var store = new CheckpointStore(_folder.FullName, new CheckpointConfig());
        Save(store, 5);
        var newest = Save(store, 10);
        File.WriteAllText(Path.Combine(newest, file), content);
        var notices = new List<string>();
        Assert.Equal(5, store.Newest(notices.Add)!.Value.State.Update);
        Assert.Contains("damaged checkpoint", Assert.Single(notices));
    }

    [Fact]
    public void When_no_checkpoint_can_be_read_the_run_does_not_begin_anew_in_silence()
    {
        var store = new CheckpointStore(_folder.FullName, new CheckpointConfig());
        File.Delete(Path.Combine(Save(store, 5), "model.bin"));
        Assert.Contains("no checkpoint can be read", Assert.Throws<UserException>(() => store.Newest(null)).Message);
    }

    [Fact]
    public void A_write_that_was_killed_leaves_nothing_that_is_taken_for_a_checkpoint()
    {
        var store = new CheckpointStore(_folder.FullName, new CheckpointConfig());
        Assert.Throws<IOException>(() => store.Save(State(5, "interval"), _ => throw new IOException("killed")));
        Assert.Null(store.Newest(null));
        Save(store, 5); // and the leftovers do not stand in the way
        Assert.Equal(5, store.Newest(null)!.Value.State.Update);
    }

    [Fact]
    public void Old_interval_checkpoints_go_and_the_best_one_stays()
    {
        var store = new CheckpointStore(_folder.FullName, new CheckpointConfig { KeepIntervalUpdates = 2 });
        foreach (var update in (long[])[10, 20, 30, 40, 50])
            Save(store, update, best: 20);
        Assert.Equal(["update_000000050", "update_000000040", "update_000000020"], store.Folders().Select(f => Path.GetFileName(f)!));
        Assert.Equal("update_000000020", new DirectoryInfo(_folder.At("checkpoint_best")).LinkTarget);
        Assert.Equal("update_000000050", new DirectoryInfo(_folder.At("checkpoint_last")).LinkTarget);
    }

    private static string Save(CheckpointStore store, long update, long? best = null, string reason = "interval") =>
        store.Save(State(update, reason) with { BestUpdate = best }, folder => File.WriteAllText(Path.Combine(folder, "model.bin"), $"weights of {update}"));

    private static CheckpointState State(long update, string reason) => new()
    {
        Update = update,
        Epoch = 1,
        OptimizerSteps = update,
        SkippedUpdates = 0,
        Fingerprint = new Dictionary<string, string> { ["seed"] = "1" },
        Interval = new Dictionary<string, double[]> { ["loss"] = [1.5, 2] },
        EpochSoFar = new Dictionary<string, double[]>(),
        Reason = reason,
    };

    public void Dispose() => _folder.Dispose();
}
