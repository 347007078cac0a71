namespace HubertSharp.Dashboard.Listening;

/// <summary>The last few files that were read, until they change.</summary>
internal sealed class FileCache<T>(int capacity) : IDisposable
    where T : class
{
    private readonly Lock _lock = new();
    private readonly List<(string Path, long Length, DateTime At, T Value)> _entries = []; // the least recently used first

    public T Get(string path, Func<string, T> read)
    {
        var info = new FileInfo(path);
        var (length, at) = info.Exists ? (info.Length, info.LastWriteTimeUtc) : (-1, default);
        lock (_lock)
        {
            var index = _entries.FindIndex(e => e.Path == path && e.Length == length && e.At == at);
            var entry = index >= 0 ? _entries[index] : (path, length, at, read(path));
            if (index >= 0)
                _entries.RemoveAt(index);
            _entries.Add(entry);
            // values that fall out may still be in use by another request: they are left to the finaliser
            if (_entries.Count > capacity)
                _entries.RemoveAt(0);
            return entry.Item4;
        }
    }

    public void Dispose() => _entries.ForEach(e => (e.Value as IDisposable)?.Dispose());
}
