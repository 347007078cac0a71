using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace HubertSharp.Audio;

/// <summary>
/// Compares the length in a FLAC file's STREAMINFO with its last frame, found and proven by its checksums, without decoding.
/// </summary>
/// <remarks>RFC 9639, sections 8.2 (STREAMINFO) and 9.1 (frame header), 9.3 (frame footer).</remarks>
internal static class FlacLength
{
    private const int LargestWindow = 4 << 20;
    private const int MostCandidates = 64; // a file made to look like frames everywhere must not cost more

    /// <summary>Returns the proven length in frames, or null when only decoding can tell (cut files, foreign bytes at the end).</summary>
    /// <param name="path">For messages.</param>
    /// <param name="file">The file, open.</param>
    /// <param name="fileLength">In bytes.</param>
    /// <param name="promised">What STREAMINFO says, 0 where it says nothing.</param>
    /// <exception cref="Runs.UserException">The last frame ends elsewhere than STREAMINFO says.</exception>
    public static long? Check(string path, SafeFileHandle file, long fileLength, out long promised)
    {
        Span<byte> head = stackalloc byte[42];
        promised = 0;
        var start = Id3Tag.End(new FileWindow(file, fileLength), 0);
        if (RandomAccess.Read(file, head, start) < 42 || !head.StartsWith("fLaC"u8) || (head[4] & 0x7f) != 0)
            return null;
        var blockSize = BinaryPrimitives.ReadUInt16BigEndian(head[10..]);
        var largestFrame = (int)(BinaryPrimitives.ReadUInt32BigEndian(head[15..]) >> 8);
        promised = (long)(BinaryPrimitives.ReadUInt64BigEndian(head[18..]) & 0xF_FFFF_FFFF);
        var window = (int)Math.Min(fileLength - start - 42, Math.Clamp(largestFrame + 256, 1 << 16, LargestWindow));
        var tail = new byte[window];
        var got = RandomAccess.Read(file, tail, fileLength - window);
        if (got != window || LastFrameEnd(tail, blockSize) is not { } end)
            return null;
        if (promised != 0 && promised != end) // 0 is STREAMINFO's "unknown"
            throw end < promised
                ? AudioFaults.CutShort(path, $"{promised} samples", $"{end}")
                : AudioFaults.HeaderLies(path, $"{promised} samples", $"{end}");
        return promised == 0 ? null : end;
    }

    /// <summary>The sample after the last frame, or null when no frame ends with the file.</summary>
    internal static long? LastFrameEnd(ReadOnlySpan<byte> tail, int fixedBlockSize)
    {
        var candidates = 0;
        for (var at = tail.Length - 8; at >= 0 && candidates < MostCandidates; at--)
        {
            if (tail[at] != 0xFF || (tail[at + 1] & 0xFE) != 0xF8 || FrameEnd(tail[at..], fixedBlockSize) is not { } end)
                continue;
            candidates++;
            if (Checksum16(tail[at..^2]) == BinaryPrimitives.ReadUInt16BigEndian(tail[^2..]))
                return end;
        }
        return null;
    }

    private static long? FrameEnd(ReadOnlySpan<byte> frame, int fixedBlockSize)
    {
        int sizeCode = frame[2] >> 4, rateCode = frame[2] & 15, channels = frame[3] >> 4;
        if (sizeCode == 0 || rateCode == 15 || channels > 10 || (frame[3] & 1) != 0)
            return null;
        var at = 4;
        var extra = frame[at] switch
        {
            < 0x80 => 0,
            < 0xC0 => -1,
            < 0xE0 => 1,
            < 0xF0 => 2,
            < 0xF8 => 3,
            < 0xFC => 4,
            < 0xFE => 5,
            0xFE => 6,
            _ => -1,
        };
        if (extra < 0 || frame.Length < at + extra + 8)
            return null;
        long number = extra == 0 ? frame[at] : frame[at] & (0x3F >> extra);
        for (at++; extra > 0; extra--, at++)
            number = (number << 6) | (long)(frame[at] & 0x3F);
        var size = sizeCode switch
        {
            1 => 192,
            <= 5 => 576 << (sizeCode - 2),
            6 => frame[at] + 1,
            7 => BinaryPrimitives.ReadUInt16BigEndian(frame[at..]) + 1,
            _ => 256 << (sizeCode - 8),
        };
        at += sizeCode switch { 6 => 1, 7 => 2, _ => 0 };
        at += rateCode switch { 12 => 1, 13 or 14 => 2, _ => 0 };
        if (Checksum8(frame[..at]) != frame[at])
            return null;
        var variable = (frame[1] & 1) != 0;
        return (variable ? number : number * fixedBlockSize) + size;
    }

    private static byte Checksum8(ReadOnlySpan<byte> bytes)
    {
        var sum = 0;
        foreach (var value in bytes)
        {
            sum ^= value;
            for (var bit = 0; bit < 8; bit++)
                sum = (sum << 1) ^ ((sum & 0x80) != 0 ? 0x107 : 0);
        }
        return (byte)sum;
    }

    private static ushort Checksum16(ReadOnlySpan<byte> bytes)
    {
        var sum = 0;
        foreach (var value in bytes)
        {
            sum ^= value << 8;
            for (var bit = 0; bit < 8; bit++)
                sum = (sum << 1) ^ ((sum & 0x8000) != 0 ? 0x18005 : 0);
        }
        return (ushort)sum;
    }
}
