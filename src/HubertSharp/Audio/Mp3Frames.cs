using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace HubertSharp.Audio;

/// <summary>
/// Walks the frames of an MP3 file (MP1 and MP2 too): each tells where the next begins, and the first may tell how many there are.
/// Decoders pass over what is no frame, and what they give is shorter than the recording.
/// </summary>
/// <remarks>
/// The number is in the de-facto "Xing" or "Info" header (tag, flags, frames (flag 1), bytes (flag 2)) or in Fraunhofer's "VBRI". What
/// cannot be judged is not refused: the free format, and files in whose first bytes no frames are found.
/// </remarks>
internal static class Mp3Frames
{
    private const int SearchBytes = 1 << 16; // for the first frame
    private const int FramesThatProve = 4; // in a row
    private const int MostUncounted = 2; // the header's own frame, and one for writers that count wrongly
    private const int StrayBytes = 256; // behind the last frame
    private static readonly string[] Endings = [".mp3", ".mp2", ".mp1", ".mpga"]; // of files that may begin with something else

    /// <exception cref="Runs.UserException">Bytes are missing or overwritten.</exception>
    public static void Check(string path, SafeFileHandle file, long fileLength)
    {
        var window = new FileWindow(file, fileLength);
        var start = Id3Tag.End(window, 0);
        if (start == 0
            && MpegHeader.Parse(window.At(0, 4)) is null
            && !Endings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
            return;
        if (FirstFrame(window, start, start + SearchBytes) is not { } first)
            return;
        var promised = Promised(window.At(first, 256), out var promisedBytes);
        if (promisedBytes > fileLength - first)
            throw AudioFaults.CutShort(path, $"{promisedBytes} bytes of audio", $"{fileLength - first}");
        var (frames, at) = (0L, first);
        while (at < fileLength)
        {
            if (MpegHeader.Parse(window.At(at, 4)) is not { Bytes: > 0 and var bytes })
            {
                if (Id3Tag.End(window, at) is var next && next > at)
                    at = next; // at the end, or between the parts of a file that was put together
                else if (FirstFrame(window, at, fileLength) is null && (IsWhole() || fileLength - at <= StrayBytes))
                    break;
                else
                    throw AudioFaults.Damaged(path, $"no frame at byte {at}, where the next one begins");
                continue;
            }
            if (at + bytes > fileLength && !IsWhole())
                throw AudioFaults.CutShort(path, $"the rest of the frame at byte {at}", $"{fileLength - at} of {bytes} bytes");
            frames++;
            at += bytes;
        }
        if (frames < promised)
            throw AudioFaults.CutShort(path, $"{promised} frames", $"{frames}");
        if (promised > 0 && frames > promised + MostUncounted) // files put together: libsndfile stops after the first
            throw AudioFaults.HeaderLies(path, $"{promised} frames", $"{frames}");

        bool IsWhole() => promised > 0 && frames >= promised; // some writers count the header's frame too
    }

    /// <summary>Where frames begin that follow each other; null when there are none, or only such as cannot be judged.</summary>
    private static long? FirstFrame(FileWindow window, long from, long to)
    {
        for (var at = from; at < Math.Min(to, window.FileLength); at++)
        {
            var bytes = window.At(at, SearchBytes);
            var sync = bytes.IndexOf((byte)0xFF);
            at += sync < 0 ? bytes.Length - 1 : sync;
            if (sync >= 0 && Follow(window, at))
                return at;
        }
        return null;
    }

    private static bool Follow(FileWindow window, long at)
    {
        uint? kind = null;
        for (var frame = 0; frame < FramesThatProve; frame++)
        {
            if (MpegHeader.Parse(window.At(at, 4)) is not { Bytes: > 0 } header || (kind ??= header.Kind) != header.Kind)
                return frame > 0 && at == window.FileLength;
            at += header.Bytes;
        }
        return true;
    }

    /// <summary>The number of frames that the first one tells, its own not counted; 0 when it tells none.</summary>
    private static long Promised(ReadOnlySpan<byte> frame, out long bytes)
    {
        bytes = 0;
        if (MpegHeader.Parse(frame) is not { } header)
            return 0;
        var at = 4 + header.SideBytes;
        if (frame.Length >= at + 16 && (frame[at..].StartsWith("Xing"u8) || frame[at..].StartsWith("Info"u8)))
        {
            var flags = BinaryPrimitives.ReadUInt32BigEndian(frame[(at + 4)..]);
            var hasFrames = (flags & 1) != 0;
            bytes = (flags & 2) != 0 ? BinaryPrimitives.ReadUInt32BigEndian(frame[(at + (hasFrames ? 12 : 8))..]) : 0;
            return hasFrames ? BinaryPrimitives.ReadUInt32BigEndian(frame[(at + 8)..]) : 0;
        }
        if (frame.Length < 36 + 18 || !frame[36..].StartsWith("VBRI"u8))
            return 0;
        bytes = BinaryPrimitives.ReadUInt32BigEndian(frame[(36 + 10)..]);
        return BinaryPrimitives.ReadUInt32BigEndian(frame[(36 + 14)..]);
    }
}
