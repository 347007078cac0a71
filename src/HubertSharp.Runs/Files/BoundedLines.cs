namespace HubertSharp.Runs.Files;

/// <summary>Passes the bytes of a text on, and refuses to go on in a line that does not end.</summary>
internal sealed class BoundedLines(FileStream file, string path, int maximumLineBytes, CancellationToken cancellation) : Stream
{
    private long _open; // bytes since the last end of a line

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        cancellation.ThrowIfCancellationRequested();
        var read = file.Read(buffer);
        var end = buffer[..read].LastIndexOfAny((byte)'\n', (byte)'\r');
        _open = end >= 0 ? read - end - 1 : _open + read;
        return _open <= maximumLineBytes ? read : throw FileFaults.LineTooLong(path, maximumLineBytes);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            file.Dispose();
        base.Dispose(disposing);
    }
}
