using HubertSharp.Runs;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Runs.Files;
using HubertSharp.Training.Checkpoints;

namespace HubertSharp.Tests.Training.Checkpoints;

/// <summary>A write that does not come to its end costs no checkpoint that was whole before.</summary>
public sealed class FailedCheckpointWriteTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_write_that_was_killed_leaves_nothing_that_is_taken_for_a_checkpoint()
    {
        var store = new CheckpointStore(_folder.FullName, new CheckpointConfig());
        foreach (var leftover in (string[])[".update_000000005.partial", ".update_000000004.old"])
        {
            Directory.CreateDirectory(_folder.At(leftover));
            File.WriteAllText(_folder.At(leftover, "state.json"), "{}");
        }
        Assert.Null(store.Newest(null));
        SavedCheckpoint.Of(store, 5); // and the leftovers do not stand in the way, nor stay
        Assert.Equal(5, store.Newest(null)!.Value.State.Update);
        Assert.DoesNotContain(Directory.GetFileSystemEntries(_folder.FullName), f => Path.GetFileName(f).StartsWith('.'));
    }

    [Fact]
    public void A_write_that_fails_leaves_the_checkpoints_as_they_were_and_names_the_one_that_is_whole()
    {
        var store = new CheckpointStore(_folder.FullName, new CheckpointConfig { KeepIntervalUpdates = 1 });
        SavedCheckpoint.Of(store, 5);
        SavedCheckpoint.Of(store, 10);
        var before = Directory.GetFileSystemEntries(_folder.FullName).Order().ToList();
        var message = Assert.Throws<UserException>(() => store.Save(SavedCheckpoint.State(15, "interval"), folder =>
        {
            File.WriteAllText(Path.Combine(folder, "model.bin"), "half");
            throw new IOException("No space left on device", 28);
        })).Message;
        Assert.Contains("no space left on the disk", message);
        Assert.Contains("update_000000010 is whole", message);
        Assert.Equal(before, Directory.GetFileSystemEntries(_folder.FullName).Order());
        Assert.Equal(10, store.Newest(null)!.Value.State.Update);
    }

    [Fact]
    public void A_disk_that_fails_at_any_fsync_costs_no_older_checkpoint_and_is_told()
    {
        for (var failing = 1; ; failing++)
        {
            var store = new CheckpointStore(_folder.At($"{failing}"), new CheckpointConfig { KeepIntervalUpdates = 1 });
            SavedCheckpoint.Of(store, 3);
            SavedCheckpoint.Of(store, 5);
            var (calls, count) = (new List<string>(), failing);
            DiskSync.InFsyncsPlace.Value = path =>
            {
                calls.Add(path);
                return calls.Count == count ? 5 : 0; // EIO
            };
            var fault = Record.Exception(() => SavedCheckpoint.Flushed(store, 10));
            DiskSync.InFsyncsPlace.Value = null;
            if (calls.Count < failing)
            {
                Assert.Null(fault);
                Assert.True(failing > 4, "model, state, two folders");
                return;
            }
            var message = Assert.IsType<UserException>(fault).Message;
            var isWhole = message.Contains("the checkpoint is whole", StringComparison.Ordinal);
            Assert.Contains(isWhole ? "update_000000010: " : "update_000000005 is whole", message);
            Assert.Equal(isWhole ? [10, 5, 3] : [5, 3], store.States().Select(s => s.Update)); // none was removed
            Assert.Equal(isWhole ? 10 : 5, store.Newest(_ => Assert.Fail("a damaged checkpoint stayed"))!.Value.State.Update);
            Assert.DoesNotContain(Directory.GetFileSystemEntries(_folder.At($"{failing}")), f => Path.GetFileName(f).StartsWith('.'));
            SavedCheckpoint.Flushed(store, 10); // and the same store goes on once the disk does
            Assert.Equal([10, 5], store.States().Select(s => s.Update));
        }
    }

    [Fact]
    public void Without_memory_to_write_one_the_checkpoint_before_stays_and_the_next_one_comes()
    {
        var store = new CheckpointStore(_folder.FullName, new CheckpointConfig { KeepIntervalUpdates = 1 });
        SavedCheckpoint.Of(store, 5);
        Assert.Throws<OutOfMemoryException>(() => store.Save(SavedCheckpoint.State(10, "interval"), folder =>
        {
            File.WriteAllText(Path.Combine(folder, "model.bin"), "half");
            GC.KeepAlive(Array.CreateInstance(typeof(decimal), int.MaxValue)); // above what an array may have
        }));
        Assert.Equal(5, store.Newest(_ => Assert.Fail("damaged"))!.Value.State.Update);
        SavedCheckpoint.Of(store, 10);
        Assert.Equal(10, store.Newest(null)!.Value.State.Update);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.FullName, ".*"));
    }

    public void Dispose() => _folder.Dispose();
}
