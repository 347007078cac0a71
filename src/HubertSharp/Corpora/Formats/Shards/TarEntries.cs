using System.Globalization;
using System.Text;

namespace HubertSharp.Corpora.Formats.Shards;

/// <summary>One file of an archive.</summary>
/// <param name="Name">Path within it, as it says.</param>
/// <param name="Bytes">Its content; null where it is larger than is read.</param>
internal sealed record TarEntry(string Name, byte[]? Bytes);

/// <summary>
/// The files of a tar archive in their order, ustar with the long names of GNU and POSIX; folders, links and devices are passed over.
/// </summary>
/// <remarks>
/// .NET's own reader gets as much memory for a long name as the archive asks for; here everything grows with what is really read.
/// </remarks>
internal sealed class TarEntries(Stream archive, string path, long mostBytes)
{
    private const int Block = 512;
    private const int MostHeaderBytes = 1 << 20;
    private readonly byte[] _block = new byte[1 << 16];

    /// <exception cref="Runs.UserException">No archive, or one that is cut short.</exception>
    public IEnumerable<TarEntry> All(Func<string, bool> wanted)
    {
        string? longName = null;
        var longSize = -1L;
        var header = new byte[Block];
        for (var first = true; Fill(header) is var read && read > 0; first = false)
        {
            if (read < Block)
                throw LayoutFaults.TarCut(path);
            if (!header.AsSpan().ContainsAnyExcept((byte)0))
                yield break; // two blocks of zeros end it
            if (!IsHeader(header))
                throw first ? LayoutFaults.NoTar(path) : LayoutFaults.TarCut(path);
            var (kind, size) = ((char)header[156], longSize >= 0 ? longSize : Number(header.AsSpan(124, 12)));
            if (kind is 'L' or 'x')
            {
                var more = Number(header.AsSpan(124, 12));
                var text = Take(more, Math.Min(more, MostHeaderBytes)) ?? throw LayoutFaults.NoTar(path);
                if (kind == 'L')
                    longName = Encoding.UTF8.GetString(text).TrimEnd('\0');
                else
                    (longName, longSize) = (Extended(text, "path") ?? longName,
                        long.TryParse(Extended(text, "size"), NumberStyles.None, CultureInfo.InvariantCulture, out var told)
                            ? told
                            : longSize);
                continue;
            }
            var name = longName ?? Name(header);
            (longName, longSize) = (null, -1);
            var isWanted = kind is '0' or '\0' or '7' && wanted(name);
            var bytes = Take(size, isWanted ? mostBytes : 0);
            if (isWanted)
                yield return new TarEntry(name, bytes);
        }
    }

    private static bool IsHeader(ReadOnlySpan<byte> header)
    {
        var sum = 0;
        for (var i = 0; i < Block; i++)
            sum += i is >= 148 and < 156 ? ' ' : header[i];
        return Number(header.Slice(148, 8)) == sum;
    }

    // octal digits, or for what they cannot say a binary number
    private static long Number(ReadOnlySpan<byte> field)
    {
        var value = 0L;
        if ((field[0] & 0x80) != 0)
        {
            foreach (var b in field[^8..])
                value = (value << 8) | b;
            return value & long.MaxValue;
        }
        foreach (var b in field.Trim(" \0"u8))
        {
            if (b is < (byte)'0' or > (byte)'7')
                return -1;
            value = (value << 3) | (long)(b - '0');
        }
        return value;
    }

    private static string Name(ReadOnlySpan<byte> header)
    {
        var name = Text(header[..100]);
        var prefix = header.Slice(257, 6).SequenceEqual("ustar\0"u8) ? Text(header.Slice(345, 155)) : "";
        return prefix.Length == 0 ? name : $"{prefix}/{name}";
    }

    private static string Text(ReadOnlySpan<byte> field) =>
        Encoding.UTF8.GetString(field.IndexOf((byte)0) is >= 0 and var end ? field[..end] : field);

    // lines "LENGTH KEY=VALUE"
    private static string? Extended(ReadOnlySpan<byte> records, string key)
    {
        var start = Encoding.UTF8.GetBytes($" {key}=");
        for (var rest = records; rest.IndexOf((byte)'\n') is >= 0 and var end; rest = rest[(end + 1)..])
        {
            if (rest[..end].IndexOf(start) is >= 0 and var at && !rest[..at].ContainsAnyExceptInRange((byte)'0', (byte)'9'))
                return Encoding.UTF8.GetString(rest[(at + start.Length)..end]);
        }
        return null;
    }

    /// <summary>Goes over so many bytes and their padding, and keeps them where they are no more than <paramref name="most"/>.</summary>
    private byte[]? Take(long size, long most)
    {
        if (size < 0)
            throw LayoutFaults.TarCut(path);
        using var kept = size <= most ? new MemoryStream() : null;
        var padded = (size + Block - 1) / Block * Block;
        for (var done = 0L; done < padded;)
        {
            var read = archive.Read(_block, 0, (int)Math.Min(_block.Length, padded - done));
            if (read == 0)
                throw LayoutFaults.TarCut(path);
            if (done < size)
                kept?.Write(_block, 0, (int)Math.Min(read, size - done));
            done += read;
        }
        return kept?.ToArray();
    }

    private int Fill(byte[] block) => archive.ReadAtLeast(block, block.Length, throwOnEndOfStream: false);
}
