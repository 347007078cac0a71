namespace HubertSharp.Training;

/// <summary>Where a run stands, for the live view.</summary>
/// <param name="Update">Finished updates.</param>
/// <param name="MaxUpdate">Updates in all.</param>
/// <param name="Epoch">Current epoch, from 1.</param>
/// <param name="Metrics">Metrics by their keys in the log: means over the current log interval, and what stays the same all along.</param>
/// <param name="LearningRate">Of the next update, as in the log.</param>
/// <param name="AudioSecondsPerSecond">Audio consumed per second of wall time.</param>
/// <param name="Left">Estimated time to the last update.</param>
public sealed record TrainingStatus(
    long Update, long MaxUpdate, int Epoch, IReadOnlyDictionary<string, double> Metrics, double LearningRate,
    double AudioSecondsPerSecond, TimeSpan Left)
{
    /// <summary>One metric; NaN before its first value.</summary>
    public double this[string key] => Metrics.TryGetValue(key, out var value) ? value : double.NaN;
}
