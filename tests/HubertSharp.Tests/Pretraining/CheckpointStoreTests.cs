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
        var json = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(state))!.AsObject();
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
        File.WriteAllText(state, File.ReadAllText(state).Replace($"\"format\": {CheckpointState.CurrentFormat}", "\"format\": 99"));
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

    private static string Save(CheckpointStore store, long update, long? best = null, string reason = "interval") =>
        store.Save(State(update, reason) with { BestUpdate = best }, folder => File.WriteAllText(Path.Combine(folder, "model.bin"), $"weights of {update}"));

    private static CheckpointState State(long update, string reason) => new()
    {
        Update = update,
        Epoch = 1,
        OptimizerSteps = update,
        SkippedUpdates = 0,
        Fingerprint = new RunFingerprint(new Dictionary<string, string>(), new Dictionary<string, string>(), new Dictionary<string, string>()),
        Interval = new Dictionary<string, double[]> { ["loss"] = [1.5, 2] },
        EpochSoFar = new Dictionary<string, double[]>(),
        Reason = reason,
    };

    public void Dispose() => _folder.Dispose();
}
