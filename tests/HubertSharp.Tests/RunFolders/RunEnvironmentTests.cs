using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Tests.RunFolders;

public sealed class RunEnvironmentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Place => _folder.At("environment.json");

    [Fact]
    public void Every_start_adds_what_it_was()
    {
        RunEnvironment.Append(Place, new Dictionary<string, string> { ["device"] = "cpu" });
        RunEnvironment.Append(Place, new Dictionary<string, string> { ["device"] = "cuda" }, update: 7);
        var starts = RunEnvironment.Starts(Place, most: 10, out var damage);
        Assert.Null(damage);
        Assert.Equal(["cpu", "cuda"], starts.Select(s => s.Single(p => p.Key == "device").Value));
        Assert.Contains(new("from_update", "7"), RunEnvironment.LastStart(Place));
    }

    [Theory]
    [InlineData("{\"starts\": [{\"from_update\": 0, \"from_update\": 0}]}")]
    [InlineData("{\"starts\": [], \"starts\": []}")]
    [InlineData("{\"starts\": 3}")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{")]
    [InlineData("")]
    public void Damage_is_told_where_it_is_looked_at_and_put_aside_by_the_next_start(string text)
    {
        File.WriteAllText(Place, text);
        Assert.Equal("environment.json", Assert.Single(RunEnvironment.LastStart(Place)).Key);
        var notices = new List<string>();
        RunEnvironment.Append(Place, new Dictionary<string, string>(), notice: notices.Add);
        Assert.Contains("environment.json.damaged-1", Assert.Single(notices), StringComparison.Ordinal);
        Assert.Single(RunEnvironment.Starts(Place, most: 10, out _));
    }

    public void Dispose() => _folder.Dispose();
}
