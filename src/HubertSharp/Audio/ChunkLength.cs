using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace HubertSharp.Audio;

/// <summary>
/// Compares the length that a file tells for its audio with the bytes that are there: W64, AIFF and 8SVX, CAF, Sun audio and
/// NIST SPHERE. Decoders shorten a lying length silently. WAV and its kin have a check of their own.
/// </summary>
internal static class ChunkLength
{
    private const int HeadBytes = 1024;
    private const uint SoxUnknown = 0x7F000000; // sox's length of a file that it writes into a pipe, or somewhat above

    /// <exception cref="Runs.UserException">There are fewer bytes than the file tells.</exception>
    public static void Check(string path, SafeFileHandle file, long fileLength)
    {
        Span<byte> head = new byte[HeadBytes];
        head = head[..RandomAccess.Read(file, head, 0)];
        var declared = head switch
        {
            _ when head.Length < 24 => null,
            _ when head.StartsWith("riff"u8) && head[4] == 0x2e => Wave64(file, fileLength),
            _ when head.StartsWith("FORM"u8) =>
                Chunk(file, fileLength, 12, wide: false, head[8..].StartsWith("8SVX"u8) ? "BODY"u8 : "SSND"u8),
            _ when head.StartsWith("caff"u8) => Chunk(file, fileLength, 8, wide: true, "data"u8),
            _ when head.StartsWith(".snd"u8) =>
                (BinaryPrimitives.ReadUInt32BigEndian(head[4..]), BinaryPrimitives.ReadUInt32BigEndian(head[8..])),
            _ when head.StartsWith("dns."u8) =>
                (BinaryPrimitives.ReadUInt32LittleEndian(head[4..]), BinaryPrimitives.ReadUInt32LittleEndian(head[8..])),
            _ when head.StartsWith("NIST_1A"u8) => Sphere(head),
            _ => ((long Start, long Size)?)null,
        };
        if (head.Length >= 24 && head.StartsWith("riff"u8) && head[4] == 0x2e
            && BinaryPrimitives.ReadInt64LittleEndian(head[16..]) is > 24 and < long.MaxValue / 2 and var whole && whole + 7 < fileLength)
            throw AudioFaults.HeaderLies(path, $"{whole} bytes", $"{fileLength}");
        if (declared is var (start, size) && size > fileLength - start && !IsUnknown(size))
            throw AudioFaults.CutShort(path, $"{size} bytes of audio", $"{Math.Max(0, fileLength - start)}");
    }

    /// <summary>What programs write that stream into a pipe and never learn the length.</summary>
    private static bool IsUnknown(long size) => size is <= 0 or long.MaxValue or (>= SoxUnknown and <= uint.MaxValue);

    /// <summary>Sony Wave64: chunks of a GUID and a size that counts the 24 bytes of both, on multiples of 8.</summary>
    private static (long Start, long Size)? Wave64(SafeFileHandle file, long fileLength)
    {
        Span<byte> head = stackalloc byte[24];
        for (var at = 40L; at >= 40 && at + 24 <= fileLength && RandomAccess.Read(file, head, at) == 24;)
        {
            var size = BinaryPrimitives.ReadInt64LittleEndian(head[16..]);
            if (head.StartsWith("data"u8))
                return (at + 24, size is long.MaxValue or < 24 ? long.MaxValue : size - 24);
            if (size is < 24 or > long.MaxValue / 2)
                return null;
            at += (size + 7) & ~7L;
        }
        return null;
    }

    /// <summary>Chunks of four letters and a big-endian size of 4 or 8 bytes; those of 4 are padded to an even length.</summary>
    private static (long Start, long Size)? Chunk(SafeFileHandle file, long fileLength, long first, bool wide, ReadOnlySpan<byte> audio)
    {
        Span<byte> head = stackalloc byte[wide ? 12 : 8];
        for (var at = first; at >= first && at + head.Length <= fileLength && RandomAccess.Read(file, head, at) == head.Length;)
        {
            var size = wide ? BinaryPrimitives.ReadInt64BigEndian(head[4..]) : BinaryPrimitives.ReadUInt32BigEndian(head[4..]);
            if (head.StartsWith(audio))
                return (at + head.Length, size);
            if (size is < 0 or > long.MaxValue / 2)
                return null;
            at += head.Length + size + (wide ? 0 : size & 1);
        }
        return null;
    }

    /// <summary>NIST SPHERE: a header of text, "name -i number" a line.</summary>
    private static (long Start, long Size)? Sphere(ReadOnlySpan<byte> head)
    {
        var lines = Encoding.Latin1.GetString(head).Split('\n');
        if (lines.Any(line => line.StartsWith("sample_coding", StringComparison.Ordinal)
            && line.Contains("shorten", StringComparison.Ordinal)))
            return null;
        long? Number(string name) => lines.FirstOrDefault(line => line.StartsWith(name + " -i ", StringComparison.Ordinal)) is { } line
            && long.TryParse(line.AsSpan(name.Length + 4).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            && value < 1L << 40 ? value : null;
        return long.TryParse(lines[1].AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var start)
            && Number("sample_count") is { } count && Number("sample_n_bytes") is { } bytes && Number("channel_count") is { } channels
            && bytes * channels is > 0 and < 1024
            ? (start, count * bytes * channels)
            : null;
    }
}
