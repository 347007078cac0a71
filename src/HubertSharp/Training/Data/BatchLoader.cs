using System.Threading.Channels;

namespace HubertSharp.Training.Data;

/// <summary>
/// Reads ahead of the step: up to <c>workers</c> updates are collated at a time in background threads, and they come out in order
/// whatever the number of threads. Memory is bounded by the updates that are under way or wait to be taken.
/// </summary>
/// <typeparam name="T">What is collated for one update: its micro-batches, or one batch of a validation.</typeparam>
internal sealed class BatchLoader<T> : IDisposable
{
    private readonly Channel<Task<T>> _ahead;
    private readonly SemaphoreSlim _workers;
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<long, T> _collate;
    private readonly Task? _producer; // null without workers
    private long _next;

    /// <param name="firstUpdate">The update to start with.</param>
    /// <param name="lastUpdate">The last update to read for.</param>
    /// <param name="workers"><c>dataset.num_workers</c>; 0 collates in the thread that asks.</param>
    /// <param name="ahead">Updates under way or waiting at most; at least one for every worker.</param>
    /// <param name="collate">Reads what one update needs; runs in several threads at once.</param>
    public BatchLoader(long firstUpdate, long lastUpdate, int workers, int ahead, Func<long, T> collate)
    {
        _collate = collate;
        _next = firstUpdate;
        _workers = new SemaphoreSlim(Math.Max(1, workers));
        _ahead = Channel.CreateBounded<Task<T>>(
            new BoundedChannelOptions(Math.Max(1, Math.Max(workers, ahead))) { SingleReader = true, SingleWriter = true });
        if (workers > 0)
            _producer = Task.Run(() => ProduceAsync(firstUpdate, lastUpdate), CancellationToken.None);
    }

    /// <summary>What the next update needs; a fault while reading it is thrown here.</summary>
    public T Next() => _producer is null ? _collate(_next++) : NextAsync().GetAwaiter().GetResult();

    private async Task<T> NextAsync()
    {
        var reading = await _ahead.Reader.ReadAsync(_stop.Token).ConfigureAwait(false);
        return await reading.ConfigureAwait(false);
    }

    private async Task ProduceAsync(long first, long last)
    {
        try
        {
            for (var update = first; update <= last; update++)
            {
                // a task starts only when there is room for what it brings, and a worker for it
                if (!await _ahead.Writer.WaitToWriteAsync(_stop.Token).ConfigureAwait(false))
                    return;
                await _workers.WaitAsync(_stop.Token).ConfigureAwait(false);
                var current = update;
                await _ahead.Writer.WriteAsync(Task.Run(() => Work(current), CancellationToken.None), CancellationToken.None)
                    .ConfigureAwait(false);
            }
            _ahead.Writer.Complete();
        }
        catch (OperationCanceledException)
        {
            _ahead.Writer.TryComplete();
        }
    }

    private T Work(long update)
    {
        try
        {
            return _collate(update);
        }
        finally
        {
            _workers.Release();
        }
    }

    public void Dispose() => StopAsync().GetAwaiter().GetResult();

    private async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        if (_producer is not null)
            await _producer.ConfigureAwait(false);
        while (_ahead.Reader.TryRead(out var reading))
        {
            try
            {
                await reading.ConfigureAwait(false);
            }
            catch (Exception)
            {
                // read ahead and never asked for: nobody waits for this fault any more
            }
        }
        _stop.Dispose();
        _workers.Dispose();
    }
}
