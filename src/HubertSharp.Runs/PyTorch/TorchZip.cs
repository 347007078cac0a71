using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace HubertSharp.Runs.PyTorch;

/// <summary>
/// The zip archive that <c>torch.save</c> writes since 1.6: one folder whose entries are stored as they are. Only the directory is read;
/// an archive in which entries overlap, lie outside, or name places outside is refused, and nothing is ever inflated or unpacked.
/// </summary>
/// <remarks>Source: PKWARE's APPNOTE 4.3.6 to 4.3.16 (zip64 included).</remarks>
internal sealed class TorchZip
{
    private const uint EndSignature = 0x06054b50, End64Signature = 0x06064b50, Locator64Signature = 0x07064b50;
    private const uint DirectorySignature = 0x02014b50, LocalSignature = 0x04034b50;
    private const int EndBytes = 22, Locator64Bytes = 20, End64Bytes = 56, EntryBytes = 46, LocalBytes = 30, MostComment = 65535;

    /// <summary>Far more entries than the largest model with its optimizer has.</summary>
    private const long MostDirectoryBytes = 1 << 26;

    private readonly Dictionary<string, (long Offset, long Length)> _entries = new(StringComparer.Ordinal);
    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly long _length;

    private TorchZip(string path, SafeFileHandle file, long length) => (_path, _file, _length) = (path, file, length);

    /// <summary>Where each entry's bytes lie, by its name below the archive's folder: <c>data.pkl</c>, <c>data/0</c>.</summary>
    public IReadOnlyDictionary<string, (long Offset, long Length)> Entries => _entries;

    /// <exception cref="UserException">Truncated, damaged or crafted.</exception>
    public static TorchZip Open(string path, SafeFileHandle file, long length)
    {
        var zip = new TorchZip(path, file, length);
        var (start, bytes, count) = zip.FindDirectory();
        zip.ReadDirectory(start, bytes, count);
        return zip;
    }

    private (long Start, long Bytes, long Count) FindDirectory()
    {
        var tail = Read(Math.Max(0, _length - EndBytes - MostComment), (int)Math.Min(_length, EndBytes + MostComment));
        for (var at = tail.Length - EndBytes; at >= 0; at--)
        {
            var end = tail.AsSpan(at);
            if (UInt32(end, 0) != EndSignature || UInt16(end, 20) != end.Length - EndBytes)
                continue;
            long count = UInt16(end, 10), bytes = UInt32(end, 12), start = UInt32(end, 16);
            var endAt = _length - end.Length;
            if (count == ushort.MaxValue || bytes == uint.MaxValue || start == uint.MaxValue)
                (start, bytes, count) = FindDirectory64(endAt);
            if (start < 0 || bytes < 0 || count < 0 || bytes > MostDirectoryBytes || start > endAt - bytes || count > bytes / EntryBytes)
                throw TorchFaults.Damaged(_path, "its directory does not lie within the file");
            return (start, bytes, count);
        }
        throw TorchFaults.Damaged(_path, "the directory at its end is missing, so it is truncated");
    }

    private (long Start, long Bytes, long Count) FindDirectory64(long endAt)
    {
        if (endAt < Locator64Bytes + End64Bytes)
            throw TorchFaults.Damaged(_path, "its directory does not lie within the file");
        var locator = Read(endAt - Locator64Bytes, Locator64Bytes);
        var at = Int64(locator, 8);
        if (UInt32(locator, 0) != Locator64Signature || at < 0 || at > endAt - Locator64Bytes - End64Bytes)
            throw TorchFaults.Damaged(_path, "its directory does not lie within the file");
        var end = Read(at, End64Bytes);
        if (UInt32(end, 0) != End64Signature)
            throw TorchFaults.Damaged(_path, "its directory is not what a zip archive has");
        return (Int64(end, 48), Int64(end, 40), Int64(end, 32));
    }

    private void ReadDirectory(long start, long bytes, long count)
    {
        var directory = Read(start, (int)bytes);
        var places = new List<(long From, long To)>();
        string? folder = null;
        var at = 0;
        for (var i = 0L; i < count; i++)
        {
            if (directory.Length - at < EntryBytes || UInt32(directory.AsSpan(at), 0) != DirectorySignature)
                throw TorchFaults.Damaged(_path, "its directory is not what a zip archive has");
            var entry = directory.AsSpan(at);
            int nameBytes = UInt16(entry, 28), extraBytes = UInt16(entry, 30), commentBytes = UInt16(entry, 32);
            if (entry.Length < EntryBytes + nameBytes + extraBytes + commentBytes)
                throw TorchFaults.Damaged(_path, "its directory is not what a zip archive has");
            var name = Encoding.UTF8.GetString(entry.Slice(EntryBytes, nameBytes));
            long packed = UInt32(entry, 20), size = UInt32(entry, 24), local = UInt32(entry, 42);
            Widen(entry.Slice(EntryBytes + nameBytes, extraBytes), ref size, ref packed, ref local);
            if (UInt16(entry, 10) != 0 || (UInt16(entry, 8) & 1) != 0 || packed != size)
                throw TorchFaults.Compressed(_path, name);
            Add(name, ref folder, Locate(name, local, size, start), size, places, local);
            at += EntryBytes + nameBytes + extraBytes + commentBytes;
        }
        places.Sort();
        for (var i = 1; i < places.Count; i++)
        {
            if (places[i].From < places[i - 1].To)
                throw TorchFaults.Hostile(_path, "its entries overlap");
        }
    }

    private void Add(string name, ref string? folder, long offset, long size, List<(long, long)> places, long local)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || name.Contains('\\') || name.Contains('\0') || name.Split('/').Any(part => part is ".." or "." or ""))
            throw TorchFaults.Hostile(_path, $"entry '{PrintableText.Of(name)}' is no plain name in the archive's folder");
        folder ??= name[..slash];
        if (folder != name[..slash])
            throw TorchFaults.Hostile(_path,
                $"entry '{PrintableText.Of(name)}' lies outside the archive's folder '{PrintableText.Of(folder)}'");
        if (!_entries.TryAdd(name[(slash + 1)..], (offset, size)))
            throw TorchFaults.Hostile(_path, $"entry '{PrintableText.Of(name)}' is there twice");
        places.Add((local, offset + size));
    }

    /// <summary>Sizes beyond 32 bits stand in the extra field 1, those that need it only, in this order.</summary>
    private void Widen(ReadOnlySpan<byte> extra, ref long size, ref long packed, ref long local)
    {
        while (extra.Length >= 4)
        {
            int id = UInt16(extra, 0), length = UInt16(extra, 2);
            if (length > extra.Length - 4)
                return;
            var field = extra.Slice(4, length);
            if (id == 1)
            {
                Take(ref field, ref size);
                Take(ref field, ref packed);
                Take(ref field, ref local);
                return;
            }
            extra = extra[(4 + length)..];
        }

        void Take(ref ReadOnlySpan<byte> field, ref long value)
        {
            if (value != uint.MaxValue)
                return;
            if (field.Length < 8)
                throw TorchFaults.Damaged(_path, "its directory is not what a zip archive has");
            value = BinaryPrimitives.ReadInt64LittleEndian(field);
            field = field[8..];
        }
    }

    private long Locate(string name, long local, long size, long directoryStart)
    {
        if (local < 0 || size < 0 || local > directoryStart - LocalBytes)
            throw TorchFaults.Damaged(_path, $"entry '{PrintableText.Of(name)}' does not lie within the file");
        var header = Read(local, LocalBytes);
        var offset = local + LocalBytes + UInt16(header, 26) + UInt16(header, 28);
        if (UInt32(header, 0) != LocalSignature || offset > directoryStart || size > directoryStart - offset)
            throw TorchFaults.Damaged(_path, $"entry '{PrintableText.Of(name)}' does not lie within the file");
        return offset;
    }

    private byte[] Read(long offset, int count)
    {
        var bytes = new byte[count];
        for (var done = 0; done < count;)
        {
            var read = RandomAccess.Read(_file, bytes.AsSpan(done), offset + done);
            if (read == 0)
                throw TorchFaults.Damaged(_path, "it became shorter while it was read");
            done += read;
        }
        return bytes;
    }

    private static ushort UInt16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint UInt32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static long Int64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);
}
