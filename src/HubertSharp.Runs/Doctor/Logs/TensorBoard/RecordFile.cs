using System.Buffers.Binary;

namespace HubertSharp.Runs.Doctor.Logs.TensorBoard;

/// <summary>
/// Records of a TFRecord file: length (8 bytes), its checksum (4), the bytes, their checksum (4). Stops at the first record that is
/// damaged or not finished; a record above <see cref="MaximumBytes"/> (an image, a histogram) is passed over.
/// </summary>
internal sealed class RecordFile : IDisposable
{
    private const int MaximumBytes = 1 << 22;
    private readonly Stream _stream;
    private readonly long _length;
    private readonly byte[] _header = new byte[12];
    private byte[] _data = new byte[1 << 12];

    public RecordFile(Stream stream)
    {
        _stream = stream;
        _length = stream.Length;
    }

    /// <summary>The file ended inside a record, as a killed or running writer leaves it.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>A checksum did not fit.</summary>
    public bool IsDamaged { get; private set; }

    /// <summary>The next record; valid until the next call.</summary>
    public bool TryNext(out ReadOnlySpan<byte> record)
    {
        record = default;
        while (true)
        {
            var left = _length - _stream.Position;
            if (left == 0)
                return false;
            if (left < 16 || _stream.ReadAtLeast(_header, 12, throwOnEndOfStream: false) < 12)
                return End(truncated: true);
            if (Crc32C.Masked(_header.AsSpan(0, 8)) != BinaryPrimitives.ReadUInt32LittleEndian(_header.AsSpan(8)))
                return End(truncated: false);
            var size = BinaryPrimitives.ReadUInt64LittleEndian(_header);
            if (size > (ulong)(left - 16))
                return End(truncated: true);
            if (size > MaximumBytes)
            {
                _stream.Seek((long)size + 4, SeekOrigin.Current);
                continue;
            }
            var total = (int)size + 4;
            if (_data.Length < total)
                _data = new byte[Math.Min(2 * total, MaximumBytes + 4)];
            if (_stream.ReadAtLeast(_data.AsSpan(0, total), total, throwOnEndOfStream: false) < total)
                return End(truncated: true);
            record = _data.AsSpan(0, (int)size);
            return Crc32C.Masked(record) == BinaryPrimitives.ReadUInt32LittleEndian(_data.AsSpan((int)size)) || End(truncated: false);
        }
    }

    public void Dispose() => _stream.Dispose();

    private bool End(bool truncated)
    {
        IsTruncated |= truncated;
        IsDamaged |= !truncated;
        return false;
    }
}
