using System.Globalization;

namespace HubertSharp.Runs.RunFolders;

/// <summary>Appends to <c>log.txt</c>: time in UTC, then the text. Any thread may write.</summary>
public sealed class RunLog : IDisposable
{
    private readonly Lock _lock = new();
    private readonly StreamWriter _writer;
    private readonly TimeProvider _clock;

    private RunLog(StreamWriter writer, TimeProvider clock)
    {
        _writer = writer;
        _clock = clock;
    }

    /// <exception cref="UserException">The file cannot be written.</exception>
    public static RunLog Open(string path, TimeProvider? clock = null)
    {
        try
        {
            var stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
            return new RunLog(new StreamWriter(stream) { AutoFlush = true, NewLine = "\n" }, clock ?? TimeProvider.System);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw RunFaults.CannotWrite(path, e);
        }
    }

    public void Write(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var time = _clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        lock (_lock)
            _writer.WriteLine($"{time} {text.ReplaceLineEndings(" ")}");
    }

    public void Dispose()
    {
        lock (_lock)
            _writer.Dispose();
    }
}
