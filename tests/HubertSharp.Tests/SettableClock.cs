namespace HubertSharp.Tests;

/// <summary>
/// A machine's two clocks, the time of day, which anybody may set, and the one that only runs, as a test sets them: timers come when it
/// says so, however long the machine takes.
/// </summary>
internal sealed class SettableClock : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<Alarm> _alarms = [];
    private TimeSpan _running;

    public DateTimeOffset TimeOfDay { get; set; } = DateTimeOffset.UnixEpoch.AddYears(50);

    /// <summary>Set, it lets the timers come that are due by then.</summary>
    public TimeSpan Running
    {
        get
        {
            lock (_lock)
                return _running;
        }
        set
        {
            Alarm[] due;
            lock (_lock)
            {
                _running = value;
                due = [.. _alarms.Where(alarm => alarm.Due <= value).OrderBy(alarm => alarm.Due)];
                foreach (var alarm in due)
                    _alarms.Remove(alarm);
            }
            foreach (var alarm in due)
                alarm.Ring();
        }
    }

    /// <summary>Timers that wait for their time.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
                return _alarms.Count;
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => TimeOfDay;

    public override long GetTimestamp() => Running.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, () => callback(state));
        alarm.Change(dueTime, period);
        return alarm;
    }

    /// <summary>Lets a second pass again and again until it is done.</summary>
    public void RunUntil(Func<bool> isDone, string what) => Patience.Until(
        () =>
        {
            if (isDone())
                return true;
            Running += TimeSpan.FromSeconds(1);
            return false;
        },
        what);

    private sealed class Alarm(SettableClock clock, Action ring) : ITimer
    {
        public TimeSpan Due { get; private set; }

        public void Ring() => ring();

        /// <summary>Periods are not needed here.</summary>
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                clock._alarms.Remove(this);
                Due = clock._running + dueTime;
                if (dueTime != Timeout.InfiniteTimeSpan)
                    clock._alarms.Add(this);
            }
            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
