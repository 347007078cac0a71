using System.Diagnostics;
using HubertSharp.Runs;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Training.Logging;

/// <summary>
/// Turns scores into log lines: <c>metrics.jsonl</c> with fairseq's tags and keys, TensorBoard events, and the live view.
/// Losses are in bits; accuracies are shares; times are seconds.
/// </summary>
internal sealed class TrainingLog : IDisposable
{
    private readonly MetricsWriter? _metrics;
    private readonly Func<MetricAverages, double> _headline;
    private readonly EventFile? _events;
    private readonly Stopwatch _wall = Stopwatch.StartNew();
    private readonly Stopwatch _sinceLine = Stopwatch.StartNew();
    private long _samplesSinceLine;
    private double _trainSeconds;
    private int _updatesSinceLine;

    /// <param name="metrics">Where the lines go; null for nowhere.</param>
    /// <param name="tensorboardFolder">Where the events go; null for nowhere.</param>
    /// <param name="interval">Averages to go on with.</param>
    /// <param name="epoch">Averages to go on with.</param>
    /// <param name="headline">The figure that <see cref="LastHeadline"/> tells.</param>
    /// <param name="constants">What every <c>train_inner</c> line says.</param>
    public TrainingLog(
        MetricsWriter? metrics, string? tensorboardFolder, MetricAverages interval, MetricAverages epoch,
        Func<MetricAverages, double> headline,
        IReadOnlyList<KeyValuePair<string, double>> constants)
    {
        _metrics = metrics;
        Interval = interval;
        Epoch = epoch;
        _headline = headline;
        Constants = constants;
        if (tensorboardFolder is not null)
            _events = EventFile.Create(tensorboardFolder);
    }

    /// <summary>Whether the loss is per target, so that 2^loss says among how many the model wavers.</summary>
    public bool HasPerplexity { get; init; } = true;

    /// <summary>Averages since the last <c>train_inner</c> line.</summary>
    public MetricAverages Interval { get; }

    /// <summary>Averages since the epoch began.</summary>
    public MetricAverages Epoch { get; }

    /// <summary>What every <c>train_inner</c> line says: what guessing would score, say.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> Constants { get; }

    /// <summary>The headline of the last finished interval.</summary>
    public double LastHeadline { get; private set; } = double.NaN;

    public double AudioSecondsPerSecond => _samplesSinceLine / (double)SamplingRate.Hz / _sinceLine.Elapsed.TotalSeconds;

    /// <summary>Takes in one update.</summary>
    /// <param name="suffix">What the part's own keys end in: empty for the first part, whose updates are counted.</param>
    /// <param name="addTo">Adds what it measured to averages.</param>
    /// <param name="audioSamples">Audio that went into it.</param>
    /// <param name="gnorm">Gradient norm before clipping.</param>
    /// <param name="clipped">Whether it was clipped.</param>
    /// <param name="seconds">What it took.</param>
    public void AddUpdate(string suffix, Action<MetricAverages> addTo, long audioSamples, double gnorm, bool clipped, double seconds)
    {
        foreach (var averages in (ReadOnlySpan<MetricAverages>)[Interval, Epoch])
        {
            addTo(averages);
            averages.Add("gnorm" + suffix, gnorm);
            averages.Add("clip" + suffix, clipped ? 100 : 0);
        }
        _trainSeconds += seconds;
        if (suffix.Length > 0)
            return;
        _samplesSinceLine += audioSamples;
        _updatesSinceLine++;
    }

    /// <summary>Writes the <c>train_inner</c> line of an interval and begins the next one.</summary>
    public void WriteInterval(long update, int epoch, double fractionalEpoch, double lr, long skippedUpdates, double? lossScale)
    {
        var seconds = _sinceLine.Elapsed.TotalSeconds;
        LastHeadline = _headline(Interval);
        var line = Line(epoch, "", Interval);
        line.Insert(1, new("update", Math.Round(fractionalEpoch, 5)));
        line.AddRange(
        [
            new("wps", Math.Round(Interval.Sum("wpb") / seconds, 1)),
            new("ups", Math.Round(_updatesSinceLine / seconds, 3)),
            new("num_updates", update),
            new("lr", lr),
            new("train_wall", Math.Round(_trainSeconds, 3)),
            new("wall", Math.Round(_wall.Elapsed.TotalSeconds, 1)),
            new("audio_s_per_s", Math.Round(AudioSecondsPerSecond, 2)),
            .. Constants,
            new("peak_rss_mib", ResidentMemory.PeakMib()),
            new("skipped_updates", skippedUpdates),
        ]);
        if (lossScale is { } scale)
            line.Add(new("loss_scale", scale));
        _metrics?.Append("train_inner", line);
        WriteEvents("train_inner", update, line);
        Interval.Reset();
        _samplesSinceLine = 0;
        _updatesSinceLine = 0;
        _trainSeconds = 0;
        _sinceLine.Restart();
    }

    /// <summary>Writes the <c>train</c> line of a finished epoch.</summary>
    public void WriteEpoch(long update, int epoch, double lr)
    {
        var line = Line(epoch, "train_", Epoch);
        line.Add(new("train_num_updates", update));
        line.Add(new("train_lr", lr));
        line.Add(new("train_wall", Math.Round(_wall.Elapsed.TotalSeconds, 1)));
        _metrics?.Append("train", line);
        Epoch.Reset();
    }

    /// <summary>Writes the <c>valid</c> line; the time of a validation does not count as training time.</summary>
    public void WriteValidation(long update, int epoch, string subset, MetricAverages averages, string bestMetric, double? best)
    {
        var line = Line(epoch, $"{subset}_", averages);
        line.Add(new($"{subset}_num_updates", update));
        if (best is { } value)
            line.Add(new($"{subset}_best_{bestMetric}", value));
        _metrics?.Append(subset, line);
        WriteEvents(subset, update, line);
    }

    /// <summary>Stops the clocks of the training rate while something else is done.</summary>
    public void Pause() => _sinceLine.Stop();

    public void Resume() => _sinceLine.Start();

    private List<KeyValuePair<string, double>> Line(int epoch, string prefix, MetricAverages averages)
    {
        List<KeyValuePair<string, double>> line = [new("epoch", epoch)];
        foreach (var (key, mean) in averages.Means())
        {
            line.Add(new(prefix + key, mean));
            if (key == "loss" && HasPerplexity)
                line.Add(new(prefix + "ppl", Math.Pow(2, mean)));
        }
        return line;
    }

    private void WriteEvents(string tag, long update, List<KeyValuePair<string, double>> line)
    {
        _events?.Add(update, line.Where(pair => double.IsFinite(pair.Value)).Select(pair => ($"{tag}/{pair.Key}", (float)pair.Value)));
    }

    /// <summary>Brings the lines to the disk, before a checkpoint that relies on them.</summary>
    public void Sync() => _metrics?.Sync();

    public void Dispose()
    {
        _metrics?.Dispose();
        _events?.Dispose();
    }
}
