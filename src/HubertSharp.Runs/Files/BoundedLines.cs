namespace HubertSharp.Runs.Files;

/// <summary>Passes the bytes of a text on, and refuses to go on in a line that does not end.</summary>
internal sealed class BoundedLines(FileStream file, string path, int maximumLineBytes, CancellationToken cancellation) : PassingStream
{
    private long _open; // bytes since the last end of a line

    public override int Read(Span<byte> buffer)
    {
        cancellation.ThrowIfCancellationRequested();
        var read = file.Read(buffer);
        var end = buffer[..read].LastIndexOfAny((byte)'\n', (byte)'\r');
        _open = end >= 0 ? read - end - 1 : _open + read;
        return _open <= maximumLineBytes ? read : throw FileFaults.LineTooLong(path, maximumLineBytes);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            file.Dispose();
        base.Dispose(disposing);
    }
}
