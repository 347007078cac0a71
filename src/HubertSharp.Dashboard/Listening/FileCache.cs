using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace HubertSharp.Dashboard.Listening;

/// <summary>
/// The last few files that were read, until they change. Each is read once, on a thread of its own and outside every lock, so that a
/// file that takes for ever holds up nobody but who asks for it, and that one not for long.
/// </summary>
/// <param name="capacity">Files that are kept.</param>
/// <param name="patience">How long one may take to be read.</param>
internal sealed class FileCache<T>(int capacity, TimeSpan patience) : IDisposable
    where T : class
{
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
            entry = index >= 0 ? _entries[index] : new Entry(path, length, at, Start(path, read), Stopwatch.GetTimestamp());
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
            using var ends = new CancellationTokenSource(patience);
            return read(path, ends.Token);
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private T Wait(Entry entry)
    {
        var left = patience - Stopwatch.GetElapsedTime(entry.Started);
        try
        {
            if (entry.Value.Wait(left > TimeSpan.Zero ? left : TimeSpan.Zero))
                return entry.Value.Result;
        }
        catch (AggregateException e) when (e.InnerException is not OperationCanceledException)
        {
            lock (_lock)
                _entries.Remove(entry); // looked at again next time: rights change without the file
            ExceptionDispatchInfo.Throw(e.InnerException!); // with the stack that it had on the other thread
        }
        catch (AggregateException)
        {
            // out of time; stays, so that nobody else waits for it
        }
        throw DashboardFaults.TooSlow(entry.Path, patience);
    }

    private sealed record Entry(string Path, long Length, DateTime At, Task<T> Value, long Started);
}
