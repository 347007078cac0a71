using HubertSharp.Dashboard.Runs;

namespace HubertSharp.Tests.Dashboard.Runs;

public class RunCatalogTests
{
    [Fact]
    public void A_clock_set_back_hides_no_new_runs()
    {
        using var folder = new TemporaryFolder();
        folder.Write("first/metrics.jsonl", "{}\n");
        var clock = new SettableClock();
        var catalog = new RunCatalog(folder.FullName, clock);
        Assert.Equal(["first"], catalog.Runs.Select(r => r.Name));
        folder.Write("second/metrics.jsonl", "{}\n");
        Assert.Single(catalog.Runs); // looked at a moment ago
        clock.TimeOfDay -= TimeSpan.FromDays(400);
        clock.Running += TimeSpan.FromSeconds(6);
        Assert.Equal(["first", "second"], catalog.Runs.Select(r => r.Name));
    }
}
