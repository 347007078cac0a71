using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace HubertSharp.Audio;

/// <summary>
/// Compares a WAV file's data chunk with the bytes that are there. libsndfile shortens a lying length silently, and a file that
/// was cut in half would train as if it were whole.
/// </summary>
internal static class RiffLength
{
    // What programs write that stream into a pipe and never learn the length: ffmpeg, and sox.
    private static readonly uint[] LengthUnknown = [0xFFFFFFFF, 0x7FFFF000];

    // Stray bytes after the data that are no chunk, such as a padding byte or an old tag, are no reason to refuse a file.
    private const long StrayBytes = 256;

    /// <summary>Returns the length in frames.</summary>
    /// <exception cref="Runs.UserException">The data chunk is longer than the file, or audio follows it.</exception>
    public static long? Check(string path, SafeFileHandle file, long fileLength, long frames)
    {
        Span<byte> head = stackalloc byte[12];
        if (RandomAccess.Read(file, head, 0) < 12)
            return null;
        var bigEndian = head.StartsWith("RIFX"u8);
        if (!bigEndian && !head.StartsWith("RIFF"u8) && !head.StartsWith("RF64"u8))
            return null;
        long? wide = null;
        for (var at = 12L; at + 8 <= fileLength;)
        {
            RandomAccess.Read(file, head[..8], at);
            var size = ChunkSize(head, bigEndian);
            if (head.StartsWith("data"u8))
                return CheckData(path, file, fileLength, frames, at + 8, wide is not null && size == uint.MaxValue ? wide.Value : size,
                    wide is null, bigEndian);
            if (head.StartsWith("ds64"u8) && size >= 24 && RandomAccess.Read(file, head[..8], at + 16) == 8)
                wide = BinaryPrimitives.ReadInt64LittleEndian(head);
            at += 8 + size + (size & 1);
        }
        return null;
    }

    private static long CheckData(
        string path, SafeFileHandle file, long fileLength, long frames, long at, long size, bool mayStream, bool bigEndian)
    {
        var there = fileLength - at;
        if (mayStream && LengthUnknown.Contains((uint)size) && size > there)
            return frames;
        if (size < 0 || size > there)
            throw AudioFaults.CutShort(path, size < 0 ? "a length of audio" : $"{size} bytes of audio", $"{there}");
        if (there - size > StrayBytes && !ChunksFollow(file, fileLength, at + size + (size & 1), bigEndian))
            throw AudioFaults.HeaderLies(path, $"{size} bytes of audio", $"{there}");
        return frames;
    }

    private static bool ChunksFollow(SafeFileHandle file, long fileLength, long at, bool bigEndian)
    {
        Span<byte> head = stackalloc byte[8];
        while (fileLength - at > StrayBytes)
        {
            if (RandomAccess.Read(file, head, at) < 8 || head[..4].ContainsAnyExceptInRange((byte)' ', (byte)'~'))
                return false;
            var size = ChunkSize(head, bigEndian);
            at += 8 + size + (size & 1);
            if (at > fileLength + 1)
                return false;
        }
        return true;
    }

    private static uint ChunkSize(ReadOnlySpan<byte> head, bool bigEndian) =>
        bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(head[4..]) : BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
}
