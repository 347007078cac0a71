using HubertSharp.Runs;
using HubertSharp.Runs.Reports;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Tests.Reports;

/// <summary>The curve of worth: which layer stands for a checkpoint, and what an update took.</summary>
public sealed class RunWorthTests
{
    [Fact]
    public void A_checkpoint_stands_by_its_chosen_layer_else_by_its_best()
    {
        var worth = new RunWorth("test", "valid", 10,
        [
            new("mfcc", null, null, "zh", 100) { Pnmi = new(0.5, []) }, Layer(20, 1, 0.2, true), Layer(20, 2, 0.4), Layer(10, 1, 0.1),
            Layer(10, 2, 0.3), Layer(10, 3, null), Layer(30, 1, 0.9) with { Language = "en" },
        ]);
        Assert.Equal([(10, 2), (20, 1)], worth.Curve("zh").Select(row => (row.Update!.Value, row.Layer!.Value)));
        Assert.Equal([(30, 1)], worth.Curve("en").Select(row => (row.Update!.Value, row.Layer!.Value)));
        Assert.Empty(worth.Curve(null));
    }

    [Fact]
    public void It_is_read_as_it_was_written()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At(RunFolder.WorthName);
        var worth = SampleReport.Create().Worth[0];
        worth.Write(path);
        Assert.Equivalent(worth, RunWorth.Read(path), strict: true);
        File.WriteAllText(path, "{\"split\": null}");
        Assert.Contains(path, Assert.Throws<UserException>(() => RunWorth.Read(path)).Message);
    }

    /// <summary>Loss per masked frame, hours and minutes, whatever a resumed run wrote twice.</summary>
    [Fact]
    public void The_log_tells_what_an_update_took()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("metrics.jsonl");
        File.WriteAllLines(path,
        [
            """{"tag":"train_inner","num_updates":10,"loss_m_0":2,"wpb":100,"count_m_0":50,"count_u_0":50,"ups":2,"audio_s_per_s":60}""",
            """{"tag":"valid","num_updates":10,"loss_m_0":9}""",
            """{"tag":"train_inner","num_updates":20,"loss_m_0":1,"wpb":100,"count_m_0":50,"count_u_0":50,"ups":1,"audio_s_per_s":99}""",
            "no line at all",
            """{"tag":"train_inner","num_updates":20,"loss_m_0":1,"wpb":100,"count_m_0":50,"count_u_0":50,"ups":1,"audio_s_per_s":36}""",
        ]);
        Assert.Equal([new(10, 4, 300 / 3600.0, 5 / 60.0), new(20, 3, 660 / 3600.0, 15 / 60.0)], TrainingEffort.Read(path));
    }

    private static WorthRow Layer(long update, int layer, double? pnmi, bool chosen = false) =>
        new($"layer {layer}", update, layer, "zh", 50) { Pnmi = pnmi is { } value ? new(value, []) : null, IsChosen = chosen };
}
