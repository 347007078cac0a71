using System.Threading.Channels;

namespace HubertSharp.Pretraining;

/// <summary>
/// Reads ahead of the step: up to <c>workers</c> batches are collated at a time in background threads, and they come out in order
/// whatever the number of threads. Memory is bounded by the batches under way.
/// </summary>
internal sealed class BatchLoader : IDisposable
{
    private readonly Channel<Task<TrainingBatch[]>> _ahead;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _producer;

    /// <param name="firstUpdate">The update to start with.</param>
    /// <param name="lastUpdate">The last update to read for.</param>
    /// <param name="workers"><c>dataset.num_workers</c>, at least 1.</param>
    /// <param name="collate">Builds the micro-batches of one update; runs in several threads at once.</param>
    public BatchLoader(long firstUpdate, long lastUpdate, int workers, Func<long, TrainingBatch[]> collate)
    {
        _ahead = Channel.CreateBounded<Task<TrainingBatch[]>>(new BoundedChannelOptions(Math.Max(1, workers)) { SingleReader = true, SingleWriter = true });
        _producer = Task.Run(() => ProduceAsync(firstUpdate, lastUpdate, collate), CancellationToken.None);
    }

    /// <summary>The micro-batches of the next update; a fault while reading them is thrown here.</summary>
    public TrainingBatch[] Next() => NextAsync().GetAwaiter().GetResult();

    private async Task<TrainingBatch[]> NextAsync()
    {
        var reading = await _ahead.Reader.ReadAsync(_stop.Token).ConfigureAwait(false);
        return await reading.ConfigureAwait(false);
    }

    private async Task ProduceAsync(long first, long last, Func<long, TrainingBatch[]> collate)
    {
        try
        {
            for (var update = first; update <= last; update++)
            {
                var current = update;
                // The bounded channel holds the tasks back; a task starts only when there is room for it.
                if (!await _ahead.Writer.WaitToWriteAsync(_stop.Token).ConfigureAwait(false))
                    return;
                await _ahead.Writer.WriteAsync(Task.Run(() => collate(current), _stop.Token), _stop.Token).ConfigureAwait(false);
            }
            _ahead.Writer.Complete();
        }
        catch (OperationCanceledException)
        {
            _ahead.Writer.TryComplete();
        }
    }

    public void Dispose() => StopAsync().GetAwaiter().GetResult();

    private async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
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
    }
}
