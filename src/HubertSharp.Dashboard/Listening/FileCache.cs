namespace HubertSharp.Dashboard.Listening;

/// <summary>
/// The last few files that were read, until they change. Each is read once, on a thread of its own and outside every lock, so that a
/// file that takes for ever holds up nobody but who asks for it, and that one not for long.
/// </summary>
/// <param name="capacity">Files that are kept.</param>
/// <param name="patience">How long one may take to be read.</param>
/// <param name="clock">By which clock; the machine's unless said otherwise.</param>
internal sealed class FileCache<T>(int capacity, TimeSpan patience, TimeProvider? clock = null) : IDisposable
    where T : class
{
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly Lock _lock = new();
    private readonly List<Entry> _entries = []; // the least recently used first

    /// <exception cref="HubertSharp.Runs.UserException">What the reader says, or that it took too long.</exception>
    public T Get(string path, Func<string, CancellationToken, T> read)
    {
        var info = new FileInfo(path);
        var (length, at) = info.Exists ? (info.Length, info.LastWriteTimeUtc) : (-1, default);
        Entry entry;
        lock (_lock)
        {
            var index = _entries.FindIndex(e => e.Path == path && e.Length == length && e.At == at);
            entry = index >= 0 ? _entries[index] : new Entry(path, length, at, Start(path, read), _clock.GetTimestamp());
            if (index >= 0)
                _entries.RemoveAt(index);
            _entries.Add(entry);
            // values that fall out may still be in use by another request: they are left to the finaliser
            if (_entries.Count > capacity)
                _entries.RemoveAt(0);
        }
        return Wait(entry);
    }

    public void Dispose()
    {
        foreach (var entry in _entries.Where(e => e.Value.IsCompletedSuccessfully))
            (entry.Value.Result as IDisposable)?.Dispose();
    }

    private Task<T> Start(string path, Func<string, CancellationToken, T> read) => Task.Factory.StartNew(
        () =>
        {
            using var ends = new CancellationTokenSource(patience, _clock);
            return read(path, ends.Token);
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private T Wait(Entry entry)
    {
        var left = patience - _clock.GetElapsedTime(entry.Started);
        try
        {
            return entry.Value.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, _clock).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // out of time; stays, so that nobody else waits for it
        }
        catch
        {
            lock (_lock)
                _entries.Remove(entry); // looked at again next time: rights change without the file
            throw;
        }
        throw DashboardFaults.TooSlow(entry.Path, patience);
    }

    private sealed record Entry(string Path, long Length, DateTime At, Task<T> Value, long Started);
}
