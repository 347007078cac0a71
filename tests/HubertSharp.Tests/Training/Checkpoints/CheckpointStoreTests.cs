using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Training.Checkpoints;

namespace HubertSharp.Tests.Training.Checkpoints;

/// <summary>What lies in the folder of the checkpoints, and under which names.</summary>
public sealed class CheckpointStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void The_newest_checkpoint_comes_back_with_its_state()
    {
        var store = new CheckpointStore(_folder.FullName, new CheckpointConfig());
        SavedCheckpoint.Of(store, 5);
        SavedCheckpoint.Of(store, 10);
        var (folder, state) = store.Newest(null)!.Value;
        Assert.Equal("update_000000010", Path.GetFileName(folder));
        Assert.Equal(10, state.Update);
        Assert.Equal([1.5, 2.0], state.Interval["loss"]);
    }

    [Fact]
    public void What_somebody_put_into_a_checkpoint_or_beside_it_outlives_the_checkpoint()
    {
        var store = new CheckpointStore(_folder.FullName, new CheckpointConfig { KeepIntervalUpdates = 1 });
        _folder.Write(".update_notes/notes.txt", "mine");
        File.WriteAllText(Path.Combine(SavedCheckpoint.Of(store, 5), "notes.txt"), "mine");
        SavedCheckpoint.Of(store, 10);
        File.WriteAllText(Path.Combine(SavedCheckpoint.Of(store, 15), "notes.txt"), "mine");
        SavedCheckpoint.Of(store, 20);
        File.WriteAllText(Path.Combine(SavedCheckpoint.Of(store, 20), "notes.txt"), "mine");
        SavedCheckpoint.Of(store, 20);
        foreach (var place in (string[])[".update_notes", "update_000000005", "kept_update_000000020"])
            Assert.Equal("notes.txt", Path.GetFileName(Assert.Single(Directory.GetFiles(_folder.At(place)))));
        Assert.Equal(20, store.Newest(null)!.Value.State.Update);
    }

    [Fact]
    public void A_run_that_went_back_writes_its_checkpoint_anew()
    {
        var store = new CheckpointStore(_folder.FullName, new CheckpointConfig());
        SavedCheckpoint.Of(store, 5);
        var folder = SavedCheckpoint.Of(store, 10);
        File.WriteAllText(Path.Combine(folder, "model.bin"), "damaged");
        SavedCheckpoint.Of(store, 10);
        Assert.Equal(10, store.Newest(_ => Assert.Fail("damaged still"))!.Value.State.Update);
    }

    [Fact]
    public void Old_interval_checkpoints_go_and_the_best_one_stays()
    {
        var store = new CheckpointStore(_folder.FullName, new CheckpointConfig { KeepIntervalUpdates = 2 });
        foreach (var update in (long[])[10, 20, 30, 40, 50])
            SavedCheckpoint.Of(store, update, best: 20);
        Assert.Equal(["update_000000050", "update_000000040", "update_000000020"], store.Folders().Select(f => Path.GetFileName(f)!));
        Assert.Equal("update_000000020", new DirectoryInfo(_folder.At("checkpoint_best")).LinkTarget);
        Assert.Equal("update_000000050", new DirectoryInfo(_folder.At("checkpoint_last")).LinkTarget);
    }

    [Fact]
    public void A_copy_of_the_run_by_a_tool_that_follows_links_goes_on()
    {
        var store = new CheckpointStore(_folder.FullName, new CheckpointConfig());
        SavedCheckpoint.Of(store, 5);
        File.Delete(_folder.At("checkpoint_last"));
        Directory.CreateDirectory(_folder.At("checkpoint_last"));
        File.WriteAllText(_folder.At("checkpoint_last", "model.bin"), "a copy");
        SavedCheckpoint.Of(store, 10);
        Assert.Equal("update_000000010", new DirectoryInfo(_folder.At("checkpoint_last")).LinkTarget);
        Assert.Equal("a copy", File.ReadAllText(_folder.At("checkpoint_last.1", "model.bin")));
    }

    /// <summary>vfat and some network mounts have no links: there a file names the folder.</summary>
    [Fact]
    public void Without_links_a_file_names_the_last_and_the_best_checkpoint()
    {
        var store = new CheckpointStore(_folder.FullName, new CheckpointConfig { KeepIntervalUpdates = 1 })
        {
            MakeLink = (_, _) => false,
        };
        SavedCheckpoint.Of(store, 5, best: 5);
        Assert.Equal("update_000000005\n", File.ReadAllText(_folder.At("checkpoint_last")));
        SavedCheckpoint.Of(store, 10, best: 5);
        Assert.Equal("update_000000010\n", File.ReadAllText(_folder.At("checkpoint_last")));
        Assert.Equal("update_000000005\n", File.ReadAllText(_folder.At("checkpoint_best")));
        Assert.Equal(_folder.At("update_000000010"), CheckpointPointer.Follow(_folder.At("checkpoint_last")));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.FullName, ".*"));
        // the same folder on a disk that has links, and back
        SavedCheckpoint.Of(new CheckpointStore(_folder.FullName, new CheckpointConfig()), 15);
        Assert.Equal("update_000000015", new DirectoryInfo(_folder.At("checkpoint_last")).LinkTarget);
        SavedCheckpoint.Of(store, 20, best: 20);
        Assert.Equal("update_000000020\n", File.ReadAllText(_folder.At("checkpoint_last")));
        // what somebody else put there stays
        File.WriteAllText(_folder.At("checkpoint_last"), "notes of mine");
        SavedCheckpoint.Of(store, 25);
        Assert.Equal("notes of mine", File.ReadAllText(_folder.At("checkpoint_last.1")));
        Assert.Equal("update_000000025\n", File.ReadAllText(_folder.At("checkpoint_last")));
    }

    public void Dispose() => _folder.Dispose();
}
