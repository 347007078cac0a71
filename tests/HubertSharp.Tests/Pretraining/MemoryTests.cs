using System.Text.Json;
using HubertSharp.Tests.Cli;

namespace HubertSharp.Tests.Pretraining;

/// <summary>In a process of its own: what other tests left in this one would count as growth.</summary>
[Trait("Part", "e2e")]
public class MemoryTests
{
    private const int Every = 200;
    private const int Last = 2000;

    [Fact]
    public void Two_thousand_updates_need_no_more_memory_than_two_hundred()
    {
        using var run = new TinyRun();
        var result = HubertProcess.Run(
        [
            "pretrain", "--config-name", "hubert_small_cpu", "--run", run.Folder, .. run.Overrides, $"optimization.max_update={Last}", $"common.log_interval={Every}",
            "common.num_threads=1", "dataset.disable_validation=true", "checkpoint.save_interval_updates=400", "checkpoint.keep_interval_updates=1",
            "task.max_sample_size=3000", "task.min_sample_size=3000", "dataset.max_tokens=3000", "model.encoder_layers=1", "model.mask_length=2",
        ]);

        Assert.True(result.ExitCode == 0, result.Error);
        var peaks = File.ReadAllLines(run.MetricsPath).Select(l => JsonDocument.Parse(l).RootElement).Where(l => l.GetProperty("tag").GetString() == "train_inner")
            .ToDictionary(l => l.GetProperty("num_updates").GetInt32(), l => l.GetProperty("peak_rss_mib").GetInt64());
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", peaks.Select(p => $"{p.Key}: {p.Value} MiB")));
        Assert.InRange(peaks[Last] - peaks[Every], 0, 20);
        Assert.InRange(peaks[Last] - peaks[Last / 2], 0, 8);
        Assert.Contains("MiB of memory were in use", File.ReadAllText(Path.Combine(run.Folder, "log.txt")));
    }
}
