namespace HubertSharp.Features.Hubert;

/// <summary>
/// Bounds the memory of utterances in work: threads wait until the samples of theirs fit; one larger than all of it works alone.
/// </summary>
internal sealed class SampleBudget
{
    private static readonly TimeSpan LookForCancellation = TimeSpan.FromMilliseconds(100);

    private readonly object _gate = new();
    private readonly long _samples;
    private long _left;

    public SampleBudget(long samples) => _samples = _left = samples;

    /// <summary>Waits for the samples; disposing gives them back.</summary>
    public IDisposable Take(long wanted, CancellationToken cancellation)
    {
        var taken = Math.Min(wanted, _samples);
        lock (_gate)
        {
            while (_left < taken)
            {
                cancellation.ThrowIfCancellationRequested();
                Monitor.Wait(_gate, LookForCancellation);
            }
            _left -= taken;
        }
        return new Share(this, taken);
    }

    private void Return(long taken)
    {
        lock (_gate)
        {
            _left += taken;
            Monitor.PulseAll(_gate);
        }
    }

    private sealed class Share(SampleBudget budget, long taken) : IDisposable
    {
        public void Dispose() => budget.Return(taken);
    }
}
