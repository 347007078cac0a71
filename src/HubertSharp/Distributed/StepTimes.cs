namespace HubertSharp.Distributed;

/// <summary>How long the last updates took.</summary>
internal sealed class StepTimes
{
    private const int Kept = 32;

    private readonly Queue<TimeSpan> _last = new();

    public void Add(TimeSpan step)
    {
        lock (_last)
        {
            _last.Enqueue(step);
            if (_last.Count > Kept)
                _last.Dequeue();
        }
    }

    /// <summary>The median; null before the first.</summary>
    public TimeSpan? Median()
    {
        lock (_last)
            return _last.Count == 0 ? null : _last.Order().ElementAt(_last.Count / 2);
    }
}
