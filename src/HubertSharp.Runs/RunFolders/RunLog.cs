using System.Globalization;
using System.Text;
using HubertSharp.Runs.Files;

namespace HubertSharp.Runs.RunFolders;

/// <summary>Appends to <c>log.txt</c>: time in UTC, then the text. Any thread may write.</summary>
public sealed class RunLog : IDisposable
{
    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly FileStream _stream;
    private readonly TimeProvider _clock;

    private RunLog(string path, FileStream stream, TimeProvider clock)
    {
        _path = path;
        _stream = stream;
        _clock = clock;
    }

    /// <param name="path">The file; what is no regular one, or may not be written, is put aside.</param>
    /// <param name="notice">Told of what is put aside.</param>
    /// <param name="clock">The time of each line.</param>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public static RunLog Open(string path, Action<string>? notice = null, TimeProvider? clock = null)
    {
        try
        {
            // no buffer: what a full disk refused must not come up again when the file is closed
            return SideFiles.Open(path, notice, path => new RunLog(
                path, new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0),
                clock ?? TimeProvider.System));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw WriteFaults.Of(path, e);
        }
    }

    /// <exception cref="UserException">The disk is full or gone.</exception>
    public void Write(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var time = _clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        lock (_lock)
        {
            try
            {
                _stream.Write(Encoding.UTF8.GetBytes($"{time} {PrintableText.Message(text)}\n"));
            }
            catch (IOException e)
            {
                throw WriteFaults.Of(_path, e);
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
            _stream.Dispose();
    }
}
