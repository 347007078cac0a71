using System.Text.Json;
using HubertSharp.Pretraining;
using HubertSharp.Runs;
using HubertSharp.Tests.Pretraining;

namespace HubertSharp.Tests.Training.Updates;

/// <summary>The way of a GPU, walked on the processor: updates queue up and are looked at together.</summary>
public sealed class DeviceUpdatesTests : IDisposable
{
    private static readonly string[] s_overrides =
    [
        "common.bf16=false", "common.log_interval=3", "optimization.max_update=11", "optimization.update_freq=[2]",
        "model.encoder_layerdrop=0.3",
        "dataset.validate_interval_updates=5", "checkpoint.save_interval_updates=4",
    ];

    private readonly TinyRun _seen = new();
    private readonly TinyRun _later = new();

    [Fact]
    public void Looking_later_gives_the_same_curve()
    {
        var first = _seen.Train(null, s_overrides);
        var second = _later.Train(new PretrainingOptions { LooksLater = true }, s_overrides);
        Assert.True(first.Finished && second.Finished);
        var (expected, found) = (Lines(_seen), Lines(_later));
        Assert.Equal(expected.Count, found.Count);
        for (var i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i].Keys, found[i].Keys);
            foreach (var key in expected[i].Keys)
                Assert.Equal(expected[i][key], found[i][key], 1e-4 * Math.Max(1, Math.Abs(expected[i][key])));
        }
    }

    [Fact]
    public void A_stop_between_two_looks_loses_nothing()
    {
        _seen.Train(new PretrainingOptions { LooksLater = true }, s_overrides);
        foreach (var stop in (int[])[2, 7])
            _later.Train(new PretrainingOptions { LooksLater = true, StopAfterUpdate = stop }, s_overrides);
        Assert.True(_later.Train(new PretrainingOptions { LooksLater = true }, s_overrides).Finished);
        Assert.Equal(_seen.MetricsWithoutClock(), _later.MetricsWithoutClock());
    }

    [Fact]
    public void A_broken_recording_is_named_when_somebody_looks()
    {
        var notices = new List<string>();
        PretrainingOptions Broken(bool later) => new()
        {
            LooksLater = later,
            Notice = notices.Add,
            AfterCollate = batch =>
            {
                for (var row = 0; row < batch.Utterances.Length; row++)
                {
                    if (batch.Utterances[row] == 1)
                        batch.Batch.Source[row * batch.Batch.SamplesPerRow] = float.NaN;
                }
            },
        };
        string[] overrides = [.. s_overrides, "dataset.batch_size=1"]; // not every update meets it
        var skipped = _seen.Train(Broken(later: false), overrides).SkippedUpdates;
        var expected = notices.Where(n => n.Contains("skipped:")).Select(Essence).ToList();
        notices.Clear();
        Assert.Equal(skipped, _later.Train(Broken(later: true), overrides).SkippedUpdates);
        Assert.InRange(skipped, 1, 10);
        Assert.Equal(expected, notices.Where(n => n.Contains("skipped:")).Select(Essence));
        Assert.Equal(skipped, Directory.GetDirectories(Path.Combine(_later.Folder, "bad_batches")).Length);

        using var third = new TinyRun();
        Assert.StartsWith("update 4:", Assert.Throws<UserException>(() => third.Train(
            Broken(later: true) with { AfterCollate = batch => batch.Batch.Source.AsSpan().Fill(float.NaN) },
            [.. s_overrides, "optimization.max_skipped_updates=4"])).Message);
    }

    // which update and which utterances; not the folder
    private static string Essence(string notice) => notice[..notice.IndexOf(';', StringComparison.Ordinal)];

    private static List<SortedDictionary<string, double>> Lines(TinyRun run) =>
    [
        .. File.ReadAllLines(run.MetricsPath).Select(line => new SortedDictionary<string, double>(
            JsonDocument.Parse(line).RootElement.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Number
                && !(p.Name is "time" or "wps" or "ups" or "audio_s_per_s" or "peak_rss_mib"
                    || p.Name.EndsWith("wall", StringComparison.Ordinal)))
            .ToDictionary(p => p.Name, p => p.Value.GetDouble()), StringComparer.Ordinal)),
    ];

    public void Dispose()
    {
        _seen.Dispose();
        _later.Dispose();
    }
}
