using System.Diagnostics.Metrics;
using HubertSharp.Dashboard.Board;
using HubertSharp.Runs.Doctor;

namespace HubertSharp.Dashboard;

/// <summary>The latest figures of each run for Prometheus, labelled with the run's name; what a log does not say is left out.</summary>
internal sealed class RunGauges : IDisposable
{
    public const string MeterName = "HubertSharp.Dashboard";
    private readonly Meter _meter = new(MeterName);
    private readonly RunBoard _board;

    public RunGauges(RunBoard board)
    {
        _board = board;
        Gauge("hubert_updates", "Updates done.", r => r.Update);
        Gauge("hubert_max_updates", "Updates that the run is meant to have.", r => r.MaxUpdate);
        Gauge("hubert_masked_loss_bits", "Masked loss of the last logged window.", r => r.IsMelError ? null : r.Loss);
        Gauge("hubert_valid_masked_loss_bits", "Masked loss of the last validation.", r => r.IsMelError ? null : r.ValidLoss);
        Gauge("hubert_chance_bits", "Loss of guessing.", r => r.ChanceBits);
        Gauge("hubert_masked_accuracy", "Share of masked frames predicted rightly, last window.", r => r.Accuracy);
        Gauge("hubert_gradient_norm", "Before clipping, last window.", r => r.GradientNorm);
        Gauge("hubert_learning_rate", "Last window.", r => r.LearningRate);
        Gauge("hubert_step_seconds", "Seconds per update, last window.", r => r.StepSeconds);
        Gauge("hubert_audio_seconds_per_second", "Audio trained on per second, last window.", r => r.AudioSecondsPerSecond);
        Gauge("hubert_peak_memory_mib", "Peak resident memory of the training process.", r => r.PeakMemoryMib);
        Gauge("hubert_skipped_updates", "Updates that were left out because something was not finite.", r => r.SkippedUpdates);
        Gauge("hubert_last_write_timestamp_seconds", "When the log was last written.",
            r => r.WrittenAt is { } at ? new DateTimeOffset(at, TimeSpan.Zero).ToUnixTimeMilliseconds() / 1000.0 : null);
        Gauge("hubert_verdict", "The doctor's verdict: 0 normal, 1 too early to tell, 2 watch, 3 broken.",
            r => r.Verdict is { } v ? Rank(v) : null);
    }

    public void Dispose() => _meter.Dispose();

    private void Gauge(string name, string description, Func<RunSummary, double?> value) =>
        _meter.CreateObservableGauge(name,
            () => _board.Summaries().Where(r => value(r) is { } v && !double.IsNaN(v))
                .Select(r => new Measurement<double>(value(r)!.Value, new KeyValuePair<string, object?>("run", r.Name))),
            description: description);

    private static int Rank(LossVerdict verdict) => verdict switch
    {
        LossVerdict.Normal => 0,
        LossVerdict.TooEarly => 1,
        LossVerdict.Watch => 2,
        _ => 3,
    };
}
