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

    public PretrainingStatus Status(long update, int epoch, TrainingLog log, double chanceBits, double lr)
    {
        var perUpdate = _watch.Elapsed / Math.Max(1, update - _first);
        var interval = log.Interval;
        return new PretrainingStatus(
            update, _last, epoch, interval.Mean("loss"), interval.Mean("loss_m_0"), chanceBits, interval.Mean("correct_m_0"),
            interval.Mean("gnorm"), lr, log.AudioSecondsPerSecond, perUpdate * (_last - update));
    }
}
