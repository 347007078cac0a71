using System.Security.Cryptography;
using HubertSharp.Runs.Files;

namespace HubertSharp.Runs.LineIndexes;

/// <summary>Passes the bytes of a text on, and adds them to a hash.</summary>
internal sealed class HashedText(Stream text) : PassingStream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    private byte[]? _done;

    /// <summary>SHA-256 of what was read; nothing may be read behind it.</summary>
    public byte[] Hash() => _done ??= _hash.GetHashAndReset();

    /// <summary>Bytes that were read.</summary>
    public long Passed { get; private set; }

    public override int Read(Span<byte> buffer)
    {
        var read = text.Read(buffer);
        _hash.AppendData(buffer[..read]);
        Passed += read;
        return read;
    }

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
