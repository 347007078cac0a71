namespace HubertSharp.Runs.Files;

/// <summary>Passes the bytes of a text on, and refuses to go on in a line that does not end.</summary>
internal sealed class BoundedLines(FileStream file, string path, int maximumLineBytes, CancellationToken cancellation) : PassingStream
{
    private long _open, _lines; // bytes since the last end of a line; lines that ended

    public override int Read(Span<byte> buffer)
    {
        cancellation.ThrowIfCancellationRequested();
        var read = file.Read(buffer);
        var rest = buffer[..read];
        for (int end; (end = rest.IndexOfAny((byte)'\n', (byte)'\r')) >= 0; rest = rest[(end + 1)..])
        {
            Add(end);
            _open = 0;
            _lines += rest[end] == '\n' ? 1 : 0;
        }
        Add(rest.Length);
        return read;
    }

    private void Add(int bytes)
    {
        _open += bytes;
        if (_open > maximumLineBytes)
            throw FileFaults.LineTooLong($"{path}:{_lines + 1}", maximumLineBytes);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            file.Dispose();
        base.Dispose(disposing);
    }
}
