using System.Text;
using System.Text.Json.Nodes;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Training;
using HubertSharp.Training.Checkpoints;

namespace HubertSharp.Tests.Training.Checkpoints;

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
    [InlineData("state.json", "null")]
    [InlineData("model.bin", "other bytes")]
    [InlineData("model.bin", null)]
    public void A_damaged_newest_checkpoint_is_put_aside_for_the_one_before(string file, string? content)
    {
        var store = new CheckpointStore(_folder.FullName, new CheckpointConfig());
        Save(store, 5);
        var newest = Path.Combine(Save(store, 10), file);
        if (content is null)
            File.Delete(newest);
        else
            File.WriteAllText(newest, content);
        var notices = new List<string>();
        Assert.Equal(5, store.Newest(notices.Add)!.Value.State.Update);
        Assert.StartsWith("warning: ", Assert.Single(notices));
        Assert.Contains("damaged checkpoint", notices[0]);
        Assert.True(Directory.Exists(_folder.At("damaged_update_000000010")));
        // and it is neither told of again nor counted among those that stay
        Assert.Equal(5, store.Newest(notices.Add)!.Value.State.Update);
        Assert.Single(notices);
    }

    [Theory]
    [InlineData("layerSkips")]
    [InlineData("fingerprint")]
    [InlineData("interval")]
    [InlineData("files")]
    [InlineData("reason")]
    public void A_state_with_null_where_a_value_belongs_is_damaged(string key)
    {
        var store = new CheckpointStore(_folder.FullName, new CheckpointConfig());
        var state = Path.Combine(Save(store, 5), "state.json");
        var json = JsonNode.Parse(File.ReadAllText(state))!.AsObject();
        Assert.True(json.ContainsKey(key));
        json[key] = null;
        File.WriteAllText(state, json.ToJsonString());
        Assert.Contains("no checkpoint can be read", Assert.Throws<UserException>(() => store.Newest(null)).Message);
    }

    [Fact]
    public void A_checkpoint_of_another_version_is_not_taken_for_a_damaged_one()
    {
        var store = new CheckpointStore(_folder.FullName, new CheckpointConfig());
        Save(store, 5);
        var state = Path.Combine(Save(store, 10), "state.json");
        var text = File.ReadAllText(state).Replace($"\"format\": {CheckpointState.CurrentFormat}", "\"format\": 99");
        text = text.Replace(JsonNode.Parse(text)!["sha256"]!.GetValue<string>(), new string('0', 64));
        var bytes = Encoding.UTF8.GetBytes(text);
        CheckpointStateFile.Seal(bytes);
        File.WriteAllBytes(state, bytes);
        Assert.Contains("another version", Assert.Throws<UserException>(() => store.Newest(null)).Message);
        Assert.True(File.Exists(state));
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
        foreach (var leftover in (string[])[".update_000000005.partial", ".update_000000004.old"])
        {
            Directory.CreateDirectory(_folder.At(leftover));
            File.WriteAllText(_folder.At(leftover, "state.json"), "{}");
        }
        Assert.Null(store.Newest(null));
        Save(store, 5); // and the leftovers do not stand in the way, nor stay
        Assert.Equal(5, store.Newest(null)!.Value.State.Update);
        Assert.DoesNotContain(Directory.GetFileSystemEntries(_folder.FullName), f => Path.GetFileName(f).StartsWith('.'));
    }

    [Fact]
    public void What_somebody_put_into_a_checkpoint_or_beside_it_outlives_the_checkpoint()
    {
        var store = new CheckpointStore(_folder.FullName, new CheckpointConfig { KeepIntervalUpdates = 1 });
        _folder.Write(".update_notes/notes.txt", "mine");
        File.WriteAllText(Path.Combine(Save(store, 5), "notes.txt"), "mine");
        Save(store, 10);
        File.WriteAllText(Path.Combine(Save(store, 15), "notes.txt"), "mine");
        Save(store, 20);
        File.WriteAllText(Path.Combine(Save(store, 20), "notes.txt"), "mine");
        Save(store, 20);
        foreach (var place in (string[])[".update_notes", "update_000000005", "kept_update_000000020"])
            Assert.Equal("notes.txt", Path.GetFileName(Assert.Single(Directory.GetFiles(_folder.At(place)))));
        Assert.Equal(20, store.Newest(null)!.Value.State.Update);
    }

    [Fact]
    public void A_write_that_fails_leaves_the_checkpoints_as_they_were_and_names_the_one_that_is_whole()
    {
        var store = new CheckpointStore(_folder.FullName, new CheckpointConfig { KeepIntervalUpdates = 1 });
        Save(store, 5);
        Save(store, 10);
        var before = Directory.GetFileSystemEntries(_folder.FullName).Order().ToList();
        var message = Assert.Throws<UserException>(() => store.Save(State(15, "interval"), folder =>
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
    public void A_run_that_went_back_writes_its_checkpoint_anew()
    {
        var store = new CheckpointStore(_folder.FullName, new CheckpointConfig());
        Save(store, 5);
        var folder = Save(store, 10);
        File.WriteAllText(Path.Combine(folder, "model.bin"), "damaged");
        Save(store, 10);
        Assert.Equal(10, store.Newest(_ => Assert.Fail("damaged still"))!.Value.State.Update);
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

    [Fact]
    public void No_changed_bit_of_a_state_is_read_as_something_else()
    {
        var folder = Save(new CheckpointStore(_folder.FullName, new CheckpointConfig()), 10, best: 10);
        var path = Path.Combine(folder, "state.json");
        var bytes = File.ReadAllBytes(path);
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            Put(bit);
            var (state, damage) = CheckpointStateFile.TryRead(folder);
            Assert.True(state is null && damage is not null, $"bit {bit % 8} of byte {bit / 8} is not noticed");
            Put(bit);
        }
        Assert.Equal(10, CheckpointStateFile.Read(folder).Update);

        void Put(int bit)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            file.Position = bit / 8;
            file.WriteByte(bytes[bit / 8]);
        }
    }

    [Theory]
    [InlineData("\"optimizerSteps\": 10", "\"optimizerSteps\": 11")] // other weights
    [InlineData("\"update\": 10", "\"update\": 90")] // nothing left to train
    [InlineData("\"model.encoder_layers\": \"2\"", "\"model.encoder_layers\": \"3\"")] // another configuration: no start
    [InlineData("\"format\": 3", "\"format\": 2")] // the format without a hash
    [InlineData("\"format\": 3", "\"format\": 1")]
    [InlineData("\"sha256\"", "\"sha25v\"")]
    [InlineData("\"reason\"", "\"reaso\"")]
    [InlineData(": 0,", ": 0, ")]
    public void A_changed_state_is_put_aside_for_the_one_before(string written, string found)
    {
        var store = new CheckpointStore(_folder.FullName, new CheckpointConfig());
        Save(store, 5);
        var path = Path.Combine(Save(store, 10), "state.json");
        var text = File.ReadAllText(path);
        Assert.Contains(written, text);
        File.WriteAllText(path, text.Replace(written, found));
        Assert.Equal(5, store.Newest(null)!.Value.State.Update);
        Assert.True(File.Exists(_folder.At("damaged_update_000000010", "state.json")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_checkpoint_under_another_update_s_name_or_without_its_state_is_put_aside(bool withoutState)
    {
        var store = new CheckpointStore(_folder.FullName, new CheckpointConfig());
        Save(store, 5);
        var newest = Save(store, 10);
        if (withoutState)
            File.Delete(Path.Combine(newest, "state.json"));
        else
            Directory.Move(newest, _folder.At("update_000000020"));
        var notices = new List<string>();
        Assert.Equal(5, store.Newest(notices.Add)!.Value.State.Update);
        Assert.Contains("damaged checkpoint", Assert.Single(notices));
    }

    [Fact]
    public void The_format_before_which_has_no_hash_is_read()
    {
        var store = new CheckpointStore(_folder.FullName, new CheckpointConfig());
        var path = Path.Combine(Save(store, 5), "state.json");
        var json = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        Assert.True(json.Remove("sha256"));
        json["format"] = 2;
        File.WriteAllText(path, json.ToJsonString());
        Assert.Equal(5, store.Newest(null)!.Value.State.Update);
        // but with a key that it does not know, it is one of today's whose hash was lost
        json["sha25v"] = "";
        File.WriteAllText(path, json.ToJsonString());
        Assert.Throws<UserException>(() => store.Newest(null));
    }

    [Fact]
    public void A_disk_that_fails_at_any_fsync_costs_no_older_checkpoint_and_is_told()
    {
        for (var failing = 1; ; failing++)
        {
            var store = new CheckpointStore(_folder.At($"{failing}"), new CheckpointConfig { KeepIntervalUpdates = 1 });
            Save(store, 3);
            Save(store, 5);
            var (calls, count) = (new List<string>(), failing);
            DiskSync.InFsyncsPlace.Value = path =>
            {
                calls.Add(path);
                return calls.Count == count ? 5 : 0; // EIO
            };
            var fault = Record.Exception(() => SaveFlushed(store, 10));
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
            SaveFlushed(store, 10); // and the same store goes on once the disk does
            Assert.Equal([10, 5], store.States().Select(s => s.Update));
        }
    }

    private static string SaveFlushed(CheckpointStore store, long update) =>
        store.Save(State(update, "interval"), folder => AtomicFile.WriteAllText(Path.Combine(folder, "model.bin"), $"weights of {update}"));

    private static string Save(CheckpointStore store, long update, long? best = null, string reason = "interval") =>
        store.Save(State(update, reason) with { BestUpdate = best },
            folder => File.WriteAllText(Path.Combine(folder, "model.bin"), $"weights of {update}"));

    private static CheckpointState State(long update, string reason) => new()
    {
        Update = update,
        Epoch = 1,
        OptimizerSteps = update,
        SkippedUpdates = 0,
        Fingerprint = new RunFingerprint(new Dictionary<string, string> { ["model.encoder_layers"] = "2" },
            new Dictionary<string, string>(), new Dictionary<string, string>()),
        Interval = new Dictionary<string, double[]> { ["loss"] = [1.5, 2] },
        EpochSoFar = new Dictionary<string, double[]>(),
        Reason = reason,
    };

    [Fact]
    public void A_copy_of_the_run_by_a_tool_that_follows_links_goes_on()
    {
        var store = new CheckpointStore(_folder.FullName, new CheckpointConfig());
        Save(store, 5);
        File.Delete(_folder.At("checkpoint_last"));
        Directory.CreateDirectory(_folder.At("checkpoint_last"));
        File.WriteAllText(_folder.At("checkpoint_last", "model.bin"), "a copy");
        Save(store, 10);
        Assert.Equal("update_000000010", new DirectoryInfo(_folder.At("checkpoint_last")).LinkTarget);
        Assert.Equal("a copy", File.ReadAllText(_folder.At("checkpoint_last.1", "model.bin")));
    }

    [Fact]
    public void Without_memory_to_write_one_the_checkpoint_before_stays_and_the_next_one_comes()
    {
        var store = new CheckpointStore(_folder.FullName, new CheckpointConfig { KeepIntervalUpdates = 1 });
        Save(store, 5);
        Assert.Throws<OutOfMemoryException>(() => store.Save(State(10, "interval"), folder =>
        {
            File.WriteAllText(Path.Combine(folder, "model.bin"), "half");
            GC.KeepAlive(Array.CreateInstance(typeof(decimal), int.MaxValue)); // above what an array may have
        }));
        Assert.Equal(5, store.Newest(_ => Assert.Fail("damaged"))!.Value.State.Update);
        Save(store, 10);
        Assert.Equal(10, store.Newest(null)!.Value.State.Update);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.FullName, ".*"));
    }

    /// <summary>vfat and some network mounts have no links: there a file names the folder.</summary>
    [Fact]
    public void Without_links_a_file_names_the_last_and_the_best_checkpoint()
    {
        var store = new CheckpointStore(_folder.FullName, new CheckpointConfig { KeepIntervalUpdates = 1 })
        {
            MakeLink = (_, _) => false,
        };
        Save(store, 5, best: 5);
        Assert.Equal("update_000000005\n", File.ReadAllText(_folder.At("checkpoint_last")));
        Save(store, 10, best: 5);
        Assert.Equal("update_000000010\n", File.ReadAllText(_folder.At("checkpoint_last")));
        Assert.Equal("update_000000005\n", File.ReadAllText(_folder.At("checkpoint_best")));
        Assert.Equal(_folder.At("update_000000010"), CheckpointPointer.Follow(_folder.At("checkpoint_last")));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.FullName, ".*"));
        // the same folder on a disk that has links, and back
        Save(new CheckpointStore(_folder.FullName, new CheckpointConfig()), 15);
        Assert.Equal("update_000000015", new DirectoryInfo(_folder.At("checkpoint_last")).LinkTarget);
        Save(store, 20, best: 20);
        Assert.Equal("update_000000020\n", File.ReadAllText(_folder.At("checkpoint_last")));
        // what somebody else put there stays
        File.WriteAllText(_folder.At("checkpoint_last"), "notes of mine");
        Save(store, 25);
        Assert.Equal("notes of mine", File.ReadAllText(_folder.At("checkpoint_last.1")));
        Assert.Equal("update_000000025\n", File.ReadAllText(_folder.At("checkpoint_last")));
    }

    [Fact]
    public void A_process_that_does_not_write_the_run_moves_nothing()
    {
        var store = new CheckpointStore(_folder.FullName, new CheckpointConfig());
        Save(store, 5);
        File.WriteAllText(Path.Combine(Save(store, 10), "model.bin"), "other bytes");
        Assert.Equal(5, store.Newest(null, putsAside: false)!.Value.State.Update);
        Assert.True(Directory.Exists(_folder.At("update_000000010")));
        Assert.False(Directory.Exists(_folder.At("damaged_update_000000010")));
    }

    [Fact]
    public async Task Nothing_in_the_place_of_a_checkpoints_file_is_waited_on()
    {
        foreach (var kind in InTheWay.Kinds)
        {
            var store = new CheckpointStore(_folder.At(kind), new CheckpointConfig());
            Save(store, 5);
            Save(store, 10);
            Save(store, 15);
            InTheWay.Put(_folder.At(kind, "update_000000015", "model.bin"), kind);
            InTheWay.Put(_folder.At(kind, "update_000000010", "state.json"), kind);
            InTheWay.Put(_folder.At(kind, "checkpoint_last"), kind);
            var newest = await Task.Run(() => store.Newest(null))
                .WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
            Assert.Equal(5, newest!.Value.State.Update);
            Save(store, 20);
            Assert.Equal("update_000000020", new DirectoryInfo(_folder.At(kind, "checkpoint_last")).LinkTarget);
        }
    }

    public void Dispose() => _folder.Dispose();
}
