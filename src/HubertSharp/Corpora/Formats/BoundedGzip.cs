using System.Buffers.Binary;
using System.IO.Compression;
using HubertSharp.Runs.Files;

namespace HubertSharp.Corpora.Formats;

/// <summary>
/// Lists and archives that may be packed with gzip, unpacked while they are read. What unpacks to far more than a list or audio can is
/// refused on the way: a few kilobytes can stand for terabytes.
/// </summary>
internal sealed class BoundedGzip : Stream
{
    private const long MostTimes = 100; // JSON lines shrink to a 30th, audio not at all
    private const long Free = 16 << 20;

    private readonly FileStream _file;
    private readonly GZipStream _unpacked;
    private readonly string _path;
    private long _read;

    private BoundedGzip(string path, FileStream file) =>
        (_path, _file, _unpacked) = (path, file, new GZipStream(file, CompressionMode.Decompress));

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>The bytes of a file, unpacked where its first two say gzip.</summary>
    /// <exception cref="Runs.UserException">No regular file.</exception>
    public static Stream Open(string path)
    {
        var file = RegularFile.OpenRead(path, bufferSize: 1 << 16);
        var isPacked = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = 0;
        return isPacked ? new BoundedGzip(path, file) : file;
    }

    public override int Read(Span<byte> buffer)
    {
        try
        {
            var read = _unpacked.Read(buffer);
            _read += read;
            if (read == 0 && buffer.Length > 0 && TellsMore())
                throw LayoutFaults.PackedCut(_path);
            return _read <= Free + (MostTimes * _file.Length) ? read : throw LayoutFaults.Bomb(_path, MostTimes);
        }
        catch (InvalidDataException e)
        {
            throw LayoutFaults.NotUnpacked(_path, e);
        }
    }

    // .NET takes the end of the file for the end of what is packed in it. The last four bytes are the length of the last part, which is
    // usually the only one; of a file that is cut short they are any.
    private bool TellsMore()
    {
        Span<byte> last = stackalloc byte[4];
        return RandomAccess.Read(_file.SafeFileHandle, last, Math.Max(0, _file.Length - 4)) < 4
            || BinaryPrimitives.ReadUInt32LittleEndian(last) > _read;
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
            _unpacked.Dispose();
            _file.Dispose();
        }
        base.Dispose(disposing);
    }
}
