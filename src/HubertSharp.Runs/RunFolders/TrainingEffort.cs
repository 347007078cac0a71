using HubertSharp.Runs.Files;

namespace HubertSharp.Runs.RunFolders;

/// <summary>How far a training had come at an update: what its log tells of loss, audio and time.</summary>
/// <param name="Update">Updates done.</param>
/// <param name="LossBits">Masked loss in bits per masked frame, the mean of the last few lines.</param>
/// <param name="AudioHours">Audio heard, repetitions counted; null where the log does not tell rates.</param>
/// <param name="Minutes">Time of training.</param>
public sealed record TrainingEffort(long Update, double? LossBits, double? AudioHours, double? Minutes)
{
    private const int Lines = 5;

    /// <summary>Reads <c>metrics.jsonl</c>; lines that a resumed run wrote again count once.</summary>
    /// <exception cref="UserException">The log is not there or cannot be read.</exception>
    public static IReadOnlyList<TrainingEffort> Read(string metricsPath)
    {
        var lines = new SortedDictionary<long, (double? Loss, double? UpdatesPerSecond, double? AudioPerSecond)>();
        using var log = new ByteLines(metricsPath, MetricsLine.MaximumBytes, passOverLong: true);
        while (log.MoveNext())
        {
            if (MetricsLine.TryParse(log.Current) is not { IsTrainInner: true, Update: { } update } line)
                continue;
            var loss = line["loss_m_0"] is { } bits && double.IsFinite(bits) ? bits : (double?)null;
            lines[update] = (loss, line["ups"] is > 0 and var speed ? speed : null, line["audio_s_per_s"]);
        }
        List<TrainingEffort> efforts = [];
        var (audio, time, recent, before) = ((double?)0.0, (double?)0.0, new Queue<double>(), 0L);
        foreach (var (update, line) in lines)
        {
            var seconds = (update - before) / line.UpdatesPerSecond;
            (audio, time, before) = (audio + (line.AudioPerSecond * seconds), time + seconds, update);
            if (line.Loss is { } loss)
                recent.Enqueue(loss);
            if (recent.Count > Lines)
                recent.Dequeue();
            efforts.Add(new(update, recent.Count > 0 ? recent.Average() : null, audio / 3600, time / 60));
        }
        return efforts;
    }
}
