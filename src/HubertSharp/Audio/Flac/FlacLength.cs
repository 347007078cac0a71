using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace HubertSharp.Audio.Flac;

/// <summary>
/// Compares the length in a FLAC file's STREAMINFO with its last frame, found and proven by its checksums, without decoding.
/// </summary>
/// <remarks>RFC 9639, sections 8.2 (STREAMINFO) and 9.1 (frame header), 9.3 (frame footer).</remarks>
internal static class FlacLength
{
    private const int LargestWindow = 4 << 20;
    private const int MostCandidates = 64; // a file made to look like frames everywhere must not cost more

    /// <summary>
    /// Returns the proven length in frames, or null when only decoding can tell (cut files, foreign bytes at the end). A file that tells
    /// no length is walked frame by frame.
    /// </summary>
    /// <param name="path">For messages.</param>
    /// <param name="file">The file, open.</param>
    /// <param name="fileLength">In bytes.</param>
    /// <param name="promised">What STREAMINFO says, 0 where it says nothing.</param>
    /// <exception cref="Runs.UserException">The last frame ends elsewhere than STREAMINFO says, or frames are missing or
    /// damaged.</exception>
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
        if (promised == 0) // STREAMINFO's "unknown"
            return ProvenFiles.Check("flac", path, file, fileLength, (path, file, length) =>
                FlacFrames.Count(path, new FileWindow(file, length), start));
        var window = (int)Math.Min(fileLength - start - 42, Math.Clamp(largestFrame + 256, 1 << 16, LargestWindow));
        var tail = new byte[window];
        var got = RandomAccess.Read(file, tail, fileLength - window);
        if (got != window || LastFrameEnd(tail, blockSize) is not { } end)
            return null;
        if (promised != end)
            throw end < promised
                ? AudioFaults.CutShort(path, $"{promised} samples", $"{end}")
                : AudioFaults.HeaderLies(path, $"{promised} samples", $"{end}");
        return end;
    }

    /// <summary>The sample after the last frame, or null when no frame ends with the file.</summary>
    internal static long? LastFrameEnd(ReadOnlySpan<byte> tail, int fixedBlockSize)
    {
        var candidates = 0;
        for (var at = tail.Length - 8; at >= 0 && candidates < MostCandidates; at--)
        {
            if (tail[at] != 0xFF || FlacHeader.Parse(tail[at..]) is not { } header)
                continue;
            candidates++;
            if (FlacChecksum.Append(0, tail[at..]) == 0)
                return (header.IsVariable ? header.Number : header.Number * fixedBlockSize) + header.Samples;
        }
        return null;
    }
}
