namespace HubertSharp.Tests.Dashboard;

/// <summary>A machine's two clocks: the time of day, which anybody may set, and the one that only runs.</summary>
internal sealed class OwnClock : TimeProvider
{
    public DateTimeOffset TimeOfDay { get; set; } = DateTimeOffset.UnixEpoch.AddYears(50);

    public TimeSpan Running { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => TimeOfDay;

    public override long GetTimestamp() => Running.Ticks;
}
