namespace HubertSharp.Cli;

/// <summary>
/// Writes to a terminal that may be closed: what nobody can read any more is dropped, so that a run comes to its checkpoint instead of
/// ending in the first line that it cannot show.
/// </summary>
internal sealed class TerminalStream(Stream terminal) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            terminal.Write(buffer);
        }
        catch (IOException)
        {
            // closed
        }
    }

    public override void Flush()
    {
        try
        {
            terminal.Flush();
        }
        catch (IOException)
        {
            // closed
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
