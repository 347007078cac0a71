using System.Buffers.Binary;

namespace HubertSharp.Audio.Flac;

/// <summary>
/// Walks the frames of a FLAC file whose header tells no length, as encoders write into a pipe: a frame does not tell where it ends, but
/// its checksum proves it, and its number must follow the one before. Decoders pass over what is missing.
/// </summary>
/// <remarks>RFC 9639, sections 8.1 (metadata), 9.1 (frame header), 9.3 (frame footer). One reading of the file, no decoding.</remarks>
internal static class FlacFrames
{
    private const int Step = 1 << 16;
    private const int MostTails = 64; // a file made to look like ends everywhere must not cost more

    /// <summary>Counts the samples of one channel.</summary>
    /// <param name="path">For messages.</param>
    /// <param name="window">The file.</param>
    /// <param name="start">Where <c>fLaC</c> stands.</param>
    /// <exception cref="Runs.UserException">Bytes are missing, overwritten or cut off.</exception>
    public static long Count(string path, FileWindow window, long start)
    {
        var at = FirstFrame(path, window, start);
        if (at >= window.FileLength)
            return 0; // no samples at all
        var header = FlacHeader.Parse(window.At(at, FlacHeader.MostBytes))
            ?? throw AudioFaults.Damaged(path, $"no frame at byte {at}, where the first one begins");
        for (long samples = 0; ;)
        {
            samples += header.Samples;
            var (end, next) = End(path, window, at, header);
            if (next is not { } following)
                return samples;
            if (!header.IsFollowedBy(following))
                throw AudioFaults.FramesMissing(path, end, header.IsVariable, header.Number + (header.IsVariable ? header.Samples : 1),
                    following.Number);
            (at, header) = (end, following);
        }
    }

    private static long FirstFrame(string path, FileWindow window, long start)
    {
        var at = start + 4;
        for (var isLast = false; !isLast;)
        {
            var block = window.At(at, 4);
            if (block.Length < 4)
                throw AudioFaults.CutShort(path, "the rest of the header", $"{window.FileLength} bytes");
            isLast = (block[0] & 0x80) != 0;
            at += 4 + (BinaryPrimitives.ReadUInt32BigEndian(block) & 0xFF_FFFF);
        }
        return at;
    }

    /// <summary>Where a frame ends, and the header of the next one; null when the audio ends with it.</summary>
    private static (long End, FlacHeader? Next) End(string path, FileWindow window, long start, FlacHeader header)
    {
        var most = Math.Min(window.FileLength, start + header.MostFrameBytes);
        ushort sum = 0;
        for (var at = start; at < most;)
        {
            var bytes = window.At(at, (int)Math.Min(Step, most - at));
            var before = bytes.Length > 1 ? bytes[1..].IndexOf((byte)0xFF) : -1; // the frame's own is behind us
            before = before < 0 ? bytes.Length : before + 1;
            sum = FlacChecksum.Append(sum, bytes[..before]);
            at += before;
            if (sum == 0 && FlacHeader.Parse(window.At(at, FlacHeader.MostBytes)) is { } next)
                return (at, next);
        }
        if (sum == 0 && most == window.FileLength)
            return (most, null);
        return (TailEnd(window, start, most)
            ?? throw AudioFaults.Damaged(path, $"the frame at byte {start} does not fit its checksum"), null);
    }

    /// <summary>Where the last frame ends when a tag or zeros lie behind it.</summary>
    private static long? TailEnd(FileWindow window, long start, long most)
    {
        ushort sum = 0;
        for (var (at, tries) = (start, 0); at < most && tries < MostTails;)
        {
            sum = FlacChecksum.Append(sum, window.At(at, 1));
            at++;
            if (sum != 0)
                continue;
            var end = Id3Tag.End(window, at);
            if (end == at && !window.At(at, 1).StartsWith("\0"u8))
                continue;
            if (window.IsZero(Math.Min(end, window.FileLength), window.FileLength))
                return at;
            tries++;
        }
        return null;
    }
}
