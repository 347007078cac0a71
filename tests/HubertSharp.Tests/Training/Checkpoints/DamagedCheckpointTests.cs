using System.Text;
using System.Text.Json.Nodes;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Training.Checkpoints;

namespace HubertSharp.Tests.Training.Checkpoints;

/// <summary>A checkpoint that is not as it was written is never trained on, and the one before takes its place.</summary>
public sealed class DamagedCheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("state.json", "{")]
    [InlineData("state.json", "")]
    [InlineData("state.json", "null")]
    [InlineData("model.bin", "other bytes")]
    [InlineData("model.bin", null)]
    public void A_damaged_newest_checkpoint_is_put_aside_for_the_one_before(string file, string? content)
    {
        var store = new CheckpointStore(_folder.FullName, new CheckpointConfig());
        SavedCheckpoint.Of(store, 5);
        var newest = Path.Combine(SavedCheckpoint.Of(store, 10), file);
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
        var state = Path.Combine(SavedCheckpoint.Of(store, 5), "state.json");
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
        SavedCheckpoint.Of(store, 5);
        var state = Path.Combine(SavedCheckpoint.Of(store, 10), "state.json");
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
        File.Delete(Path.Combine(SavedCheckpoint.Of(store, 5), "model.bin"));
        Assert.Contains("no checkpoint can be read", Assert.Throws<UserException>(() => store.Newest(null)).Message);
    }

    [Fact]
    public void No_changed_bit_of_a_state_is_read_as_something_else()
    {
        var folder = SavedCheckpoint.Of(new CheckpointStore(_folder.FullName, new CheckpointConfig()), 10, best: 10);
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
        SavedCheckpoint.Of(store, 5);
        var path = Path.Combine(SavedCheckpoint.Of(store, 10), "state.json");
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
        SavedCheckpoint.Of(store, 5);
        var newest = SavedCheckpoint.Of(store, 10);
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
        var path = Path.Combine(SavedCheckpoint.Of(store, 5), "state.json");
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
    public void A_process_that_does_not_write_the_run_moves_nothing()
    {
        var store = new CheckpointStore(_folder.FullName, new CheckpointConfig());
        SavedCheckpoint.Of(store, 5);
        File.WriteAllText(Path.Combine(SavedCheckpoint.Of(store, 10), "model.bin"), "other bytes");
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
            SavedCheckpoint.Of(store, 5);
            SavedCheckpoint.Of(store, 10);
            SavedCheckpoint.Of(store, 15);
            InTheWay.Put(_folder.At(kind, "update_000000015", "model.bin"), kind);
            InTheWay.Put(_folder.At(kind, "update_000000010", "state.json"), kind);
            InTheWay.Put(_folder.At(kind, "checkpoint_last"), kind);
            var newest = await Task.Run(() => store.Newest(null))
                .WaitAsync(Patience.Long, TestContext.Current.CancellationToken);
            Assert.Equal(5, newest!.Value.State.Update);
            SavedCheckpoint.Of(store, 20);
            Assert.Equal("update_000000020", new DirectoryInfo(_folder.At(kind, "checkpoint_last")).LinkTarget);
        }
    }

    public void Dispose() => _folder.Dispose();
}
