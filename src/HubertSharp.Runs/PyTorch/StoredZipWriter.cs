using System.Buffers.Binary;
using System.Text;

namespace HubertSharp.Runs.PyTorch;

/// <summary>
/// Writes a zip archive of stored entries as PyTorch lays it out: content at multiples of 64 bytes, so that it can be mapped.
/// </summary>
internal sealed class StoredZipWriter(Stream stream)
{
    private const int Alignment = 64;
    private const ushort Utf8Names = 0x0800, PaddingField = 0x4246, Zip64Field = 1, Zip64Version = 45;

    private readonly List<(byte[] Name, uint Crc, uint Size, long Offset)> _entries = [];

    public void Add(string name, ReadOnlySpan<byte> content)
    {
        var (nameBytes, offset, crc) = (Encoding.UTF8.GetBytes(name), stream.Position, Crc32.Of(content));
        var headerEnd = offset + 30 + nameBytes.Length + 4;
        var padding = (int)((Alignment - (headerEnd % Alignment)) % Alignment);
        var header = new byte[30 + nameBytes.Length + 4 + padding];
        UInt32(header, 0, 0x04034b50);
        UInt16(header, 6, Utf8Names);
        UInt32(header, 14, crc);
        UInt32(header, 18, (uint)content.Length);
        UInt32(header, 22, (uint)content.Length);
        UInt16(header, 26, (ushort)nameBytes.Length);
        UInt16(header, 28, (ushort)(4 + padding));
        nameBytes.CopyTo(header, 30);
        UInt16(header, 30 + nameBytes.Length, PaddingField);
        UInt16(header, 32 + nameBytes.Length, (ushort)padding);
        stream.Write(header);
        stream.Write(content);
        _entries.Add((nameBytes, crc, (uint)content.Length, offset));
    }

    /// <summary>Writes the directory; in its 64-bit form where the file has outgrown 32 bits.</summary>
    public void Complete()
    {
        var start = stream.Position;
        foreach (var (name, crc, size, offset) in _entries)
        {
            var far = offset >= uint.MaxValue;
            var entry = new byte[46 + name.Length + (far ? 12 : 0)];
            UInt32(entry, 0, 0x02014b50);
            UInt16(entry, 6, far ? Zip64Version : (ushort)0);
            UInt16(entry, 8, Utf8Names);
            UInt32(entry, 16, crc);
            UInt32(entry, 20, size);
            UInt32(entry, 24, size);
            UInt16(entry, 28, (ushort)name.Length);
            UInt16(entry, 30, (ushort)(far ? 12 : 0));
            UInt32(entry, 42, far ? uint.MaxValue : (uint)offset);
            name.CopyTo(entry, 46);
            if (far)
            {
                UInt16(entry, 46 + name.Length, Zip64Field);
                UInt16(entry, 48 + name.Length, 8);
                Int64(entry, 50 + name.Length, offset);
            }
            stream.Write(entry);
        }
        var (bytes, count) = (stream.Position - start, _entries.Count);
        var large = start >= uint.MaxValue || count >= ushort.MaxValue;
        if (large)
            WriteEnd64(start, bytes, count);
        var end = new byte[22];
        UInt32(end, 0, 0x06054b50);
        UInt16(end, 8, large ? ushort.MaxValue : (ushort)count);
        UInt16(end, 10, large ? ushort.MaxValue : (ushort)count);
        UInt32(end, 12, large ? uint.MaxValue : (uint)bytes);
        UInt32(end, 16, large ? uint.MaxValue : (uint)start);
        stream.Write(end);
    }

    private void WriteEnd64(long start, long bytes, long count)
    {
        var at = stream.Position;
        var end = new byte[56 + 20];
        UInt32(end, 0, 0x06064b50);
        Int64(end, 4, 44);
        UInt16(end, 12, Zip64Version);
        UInt16(end, 14, Zip64Version);
        Int64(end, 24, count);
        Int64(end, 32, count);
        Int64(end, 40, bytes);
        Int64(end, 48, start);
        UInt32(end, 56, 0x07064b50);
        Int64(end, 64, at);
        UInt32(end, 72, 1);
        stream.Write(end);
    }

    private static void UInt16(byte[] bytes, int at, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), value);

    private static void UInt32(byte[] bytes, int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), value);

    private static void Int64(byte[] bytes, int at, long value) => BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at), value);
}
