using System.Diagnostics;
using HubertSharp.Training.Logging;

namespace HubertSharp.Training;

/// <summary>Time left, from the pace of this process.</summary>
internal sealed class RunClock
{
    private readonly long _first;
    private readonly long _last;
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    public RunClock(long finishedUpdates, long lastUpdate)
    {
        _first = finishedUpdates;
        _last = lastUpdate;
    }

    public TrainingStatus Status(long update, int epoch, TrainingLog log, double lr)
    {
        var perUpdate = _watch.Elapsed / Math.Max(1, update - _first);
        var metrics = log.Constants.Concat(log.Interval.Means().Select(m => KeyValuePair.Create(m.Key, m.Mean))).ToDictionary();
        return new TrainingStatus(update, _last, epoch, metrics, lr, log.AudioSecondsPerSecond, perUpdate * (_last - update));
    }
}
