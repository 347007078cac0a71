using System.Text.Json;
using HubertSharp.Runs;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Tests.RunFolders;

public class RunFolderTests
{
    [Fact]
    public void Only_whole_checkpoints_count_in_order()
    {
        using var folder = new TemporaryFolder();
        var run = RunFolder.Create(folder.At("run"));
        folder.Write("run/checkpoints/update_000000200/state.json", "{}");
        folder.Write("run/checkpoints/update_000000030/state.json", "{}");
        folder.Write("run/checkpoints/update_000000300/model.safetensors", "");
        folder.Write("run/checkpoints/update_000000400.partial/state.json", "{}");
        Assert.Equal([30L, 200L], run.Checkpoints().Select(c => c.Update));
        Assert.Equal(run.CheckpointPath(200), run.Checkpoints()[1].Path);
    }

    [Fact]
    public void Opening_asks_for_a_run()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(
            $"{folder.FullName}: not a run folder (expected config.yaml or metrics.jsonl in it, found neither); name the folder of a run, "
            + $"or a log file",
            Assert.Throws<UserException>(() => RunFolder.Open(folder.FullName)).Message);
        Assert.Throws<UserException>(() => RunFolder.Open(folder.At("absent")));
        folder.Write("config.yaml", "");
        Assert.Equal(folder.At("metrics.jsonl"), RunFolder.Open(folder.FullName).MetricsPath);
    }

    [Fact]
    public void Each_start_adds_its_environment()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("environment.json");
        RunEnvironment.Append(path, new Dictionary<string, string> { ["libtorch"] = "2.10.0" });
        RunEnvironment.Append(path, new Dictionary<string, string> { ["libtorch"] = "2.10.0" }, update: 40);
        using var json = JsonDocument.Parse(File.ReadAllText(path));
        var starts = json.RootElement.GetProperty("starts");
        Assert.Equal(2, starts.GetArrayLength());
        Assert.Equal(40, starts[1].GetProperty("from_update").GetInt64());
        Assert.Equal("2.10.0", starts[0].GetProperty("libtorch").GetString());
        Assert.True(starts[0].GetProperty("cores").GetInt32() > 0);
        Assert.Equal(BuildVersion.Current.Commit ?? "unknown", starts[1].GetProperty("commit").GetString());
        Assert.Equal(BuildVersion.Current.IsDirty is not null, starts[1].TryGetProperty("commit_dirty", out var dirty));
        Assert.True(BuildVersion.Current.IsDirty is not { } known || dirty.GetBoolean() == known);
    }

    [Theory]
    [InlineData("[1")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"starts\":1}")]
    [InlineData("{\"starts\":[],\"starts\":[]}")]
    [InlineData("huge")]
    [InlineData("folder")]
    public void A_damaged_environment_is_put_aside_and_begun_anew(string content)
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("environment.json");
        if (content == "folder")
            Directory.CreateDirectory(path);
        else
            File.WriteAllText(path, content == "huge" ? new string(' ', 17 << 20) : content);
        Assert.True(content == "folder" || RunEnvironment.LastStart(path) is [{ Key: "environment.json" }]);
        var notices = new List<string>();
        RunEnvironment.Append(path, new Dictionary<string, string> { ["device"] = "cpu" }, 40, notices.Add);
        Assert.Contains("environment.json.damaged-1", Assert.Single(notices));
        Assert.True(Path.Exists(folder.At("environment.json.damaged-1")));
        Assert.Contains(new("device", "cpu"), RunEnvironment.LastStart(path));
    }

    [Fact]
    public void The_log_keeps_one_line_per_entry()
    {
        using var folder = new TemporaryFolder();
        using (var log = RunLog.Open(folder.At("log.txt")))
            log.Write("two\nlines");
        using (var log = RunLog.Open(folder.At("log.txt")))
            log.Write("more");
        var lines = File.ReadAllLines(folder.At("log.txt"));
        Assert.Equal(2, lines.Length);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ two lines$", lines[0]);
    }

    [Fact]
    public void Label_summaries_read_back()
    {
        using var folder = new TemporaryFolder();
        var summary = new LabelSummary { Label = "km", Clusters = 3, LabelRate = 50, EntropyBits = 1.5, Histogram = [1, 2, 3] };
        LabelSummary.Write(folder.At("labels.json"), [summary]);
        var again = Assert.Single(LabelSummary.Read(folder.At("labels.json")));
        Assert.Equal((summary.Label, summary.Clusters, summary.EntropyBits), (again.Label, again.Clusters, again.EntropyBits));
        Assert.Throws<UserException>(() => LabelSummary.Read(folder.Write("bad.json", "[null]")));
    }
}
