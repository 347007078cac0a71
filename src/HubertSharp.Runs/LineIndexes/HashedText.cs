using System.Security.Cryptography;

namespace HubertSharp.Runs.LineIndexes;

/// <summary>Passes the bytes of a text on, and adds them to a hash.</summary>
internal sealed class HashedText(Stream text) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    private byte[]? _done;

    /// <summary>SHA-256 of what was read; nothing may be read behind it.</summary>
    public byte[] Hash() => _done ??= _hash.GetHashAndReset();

    /// <summary>Bytes that were read.</summary>
    public long Passed { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        var read = text.Read(buffer);
        _hash.AppendData(buffer[..read]);
        Passed += read;
        return read;
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
        {
            text.Dispose();
            Hash(); // whoever reads lines closes what it read
            _hash.Dispose();
        }
        base.Dispose(disposing);
    }
}
