using HubertSharp.Runs.RunFolders;
using HubertSharp.Training.Logging;

namespace HubertSharp.Tests.Training.Logging;

public sealed class MetricAveragesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Means_are_weighted_and_keys_keep_the_order_in_which_they_came()
    {
        var averages = new MetricAverages();
        averages.Add("loss", 2, 3);
        averages.Add("gnorm", 5);
        averages.Add("loss", 6, 1);
        averages.Add("empty", 7, 0);
        Assert.Equal([("loss", 3.0), ("gnorm", 5.0)], averages.Means());
        Assert.Equal((12.0, true, false), (averages.Sum("loss"), averages.Has("loss"), averages.Has("empty")));
        Assert.True(double.IsNaN(averages.Mean("empty")) && double.IsNaN(averages.Mean("unknown")));
    }

    [Fact]
    public void An_interval_that_a_stop_cuts_goes_on_as_if_nothing_had_happened()
    {
        var whole = new MetricAverages();
        var first = new MetricAverages();
        foreach (var averages in (MetricAverages[])[whole, first])
            averages.Add("loss", 0.1, 7);
        var second = MetricAverages.Restore(first.Save());
        foreach (var averages in (MetricAverages[])[whole, second])
            averages.Add("loss", 0.7, 11);
        Assert.Equal(whole.Means(), second.Means()); // to the last bit
    }

    [Fact]
    public void Each_kind_of_line_has_its_keys_and_begins_its_own_means()
    {
        var path = _folder.At("metrics.jsonl");
        using (var log = new TrainingLog(MetricsWriter.Open(path, 0), null, new(), new(), m => m.Mean("loss_m_0"),
            [new("chance_bits", 6.7)]))
        {
            log.AddUpdate("", Adds(4, 6), audioSamples: 16000, gnorm: 2, clipped: true, seconds: 0.5);
            log.AddUpdate("_second", m => m.Add("loss_second", 1), 16000, 3, clipped: false, 0.25);
            log.AddUpdate("", Adds(2, 5), 16000, 4, clipped: false, 0.5);
            log.WriteInterval(2, 1, 0.5, 1e-3, skippedUpdates: 1, lossScale: null);
            Assert.Equal(5.5, log.LastHeadline);
            log.AddUpdate("", Adds(1, 3), 16000, 1, clipped: false, 0.5);
            log.WriteInterval(3, 1, 0.75, 1e-3, 1, lossScale: 128);
            log.WriteEpoch(3, 1, 1e-3);
            log.WriteValidation(3, 1, "valid", Averages(1, 2.5), "loss", best: 1);
        }
        var lines = File.ReadAllLines(path).Select(l => MetricsLine.TryParse(System.Text.Encoding.UTF8.GetBytes(l))!).ToArray();
        Assert.Equal(["train_inner", "train_inner", "train", "valid"], lines.Select(l => l.Tag));
        Assert.Equal([2.0, 3, 3, 3], lines.Select(l => l["num_updates"]));
        Assert.Equal([3.0, 1, 7 / 3.0, 1], lines.Select(l => l["loss"]), (a, b) => Math.Abs(a!.Value - b!.Value) < 1e-9);
        Assert.Equal([8.0, 2], lines.Take(2).Select(l => l["ppl"])); // 2 to the power of the mean
        Assert.Equal([50.0, 0], lines.Take(2).Select(l => l["clip"])); // percent
        Assert.Equal([3.0, null], lines.Take(2).Select(l => l["gnorm_second"]));
        Assert.Equal([null, 128.0], lines.Take(2).Select(l => l["loss_scale"]));
        Assert.Equal([1.25, 0.5], lines.Take(2).Select(l => l["train_wall"] ?? l["wall"]));
        Assert.Equal((6.7, 1.0), (lines[1]["chance_bits"], lines[3]["best_loss"]));
    }

    public void Dispose() => _folder.Dispose();

    private static Action<MetricAverages> Adds(double loss, double masked) => averages =>
    {
        averages.Add("loss", loss);
        averages.Add("loss_m_0", masked);
    };

    private static MetricAverages Averages(double loss, double masked)
    {
        var averages = new MetricAverages();
        Adds(loss, masked)(averages);
        return averages;
    }
}
