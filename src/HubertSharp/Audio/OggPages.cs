using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace HubertSharp.Audio;

/// <summary>
/// Walks the pages of an Ogg file (Vorbis, Opus, FLAC, Speex): each has a checksum and a number in its stream, and the last of a
/// stream is marked. Decoders pass over what does not fit, and what they give is shorter than the recording.
/// </summary>
/// <remarks>RFC 3533, section 6. Several streams may lie side by side (a video's); recordings one after the other are not read.</remarks>
internal static class OggPages
{
    private const int HeaderBytes = 27;
    private const int LargestPage = HeaderBytes + 255 + (255 * 255);
    private const byte FirstPage = 2, LastPage = 4;

    /// <summary>
    /// How far the positions (granules) go on in the last audio page; 0 when the file is none of Ogg's.
    /// </summary>
    /// <exception cref="Runs.UserException">Bytes are missing, overwritten or cut off.</exception>
    public static long Check(string path, SafeFileHandle file, long fileLength)
    {
        var window = new FileWindow(file, fileLength);
        var start = Id3Tag.End(window, 0);
        if (!window.At(start, 4).SequenceEqual("OggS"u8))
            return 0;
        var streams = new Dictionary<uint, OggStream>();
        var (last, before) = (0L, 0L);
        for (var at = start; at < fileLength;)
        {
            var page = Page(path, window, at, streams);
            if (page.IsEmpty)
                break; // what follows the marked ends is no page: a tag or padding
            var serial = BinaryPrimitives.ReadUInt32LittleEndian(page[14..]);
            if ((page[5] & FirstPage) != 0)
            {
                if (streams.TryGetValue(serial, out var former) && former.IsOpen)
                    throw AudioFaults.NoEnd(path, at);
                var isAudio = IsAudio(page[(HeaderBytes + page[26])..]);
                if (isAudio && last > 0) // libsndfile reads the first and says nothing
                    throw AudioFaults.SeveralRecordings(path, at);
                streams[serial] = new OggStream(isAudio);
            }
            if (!streams.TryGetValue(serial, out var stream))
                streams[serial] = stream = new OggStream(isAudio: false); // without a beginning nothing decodes it
            stream.Take(path, at, page);
            if (stream is { IsAudio: true, Granule: > 0 } && stream.Granule != last)
                (last, before) = (stream.Granule, last);
            at += page.Length;
        }
        return streams.Values.Any(stream => stream.IsOpen) ? throw AudioFaults.NoEnd(path, fileLength) : last - before;
    }

    /// <summary>The page at a place, proven by its checksum; empty when the audio has ended before.</summary>
    private static ReadOnlySpan<byte> Page(string path, FileWindow window, long at, Dictionary<uint, OggStream> streams)
    {
        var page = window.At(at, LargestPage);
        if (!page.StartsWith("OggS"u8[..Math.Min(4, page.Length)]) || (page.Length > 4 && page[4] != 0))
        {
            var ended = streams.Count > 0 && !streams.Values.Any(stream => stream.IsOpen);
            return ended && window.Find("OggS"u8, at) is null
                ? []
                : throw AudioFaults.Damaged(path, $"no page at byte {at}, where the next one begins");
        }
        var length = page.Length < HeaderBytes || page.Length < HeaderBytes + page[26] ? int.MaxValue : HeaderBytes + page[26];
        if (length < int.MaxValue)
        {
            foreach (var lacing in page.Slice(HeaderBytes, page[26]))
                length += lacing;
        }
        if (length > page.Length)
            throw AudioFaults.CutShort(path, $"the rest of the page at byte {at}", $"{page.Length} bytes");
        page = page[..length];
        var sum = OggChecksum.Append(OggChecksum.Append(OggChecksum.Append(0, page[..22]), [0, 0, 0, 0]), page[26..]);
        return sum == BinaryPrimitives.ReadUInt32LittleEndian(page[22..])
            ? page
            : throw AudioFaults.Damaged(path, $"the page at byte {at} does not fit its checksum");
    }

    private static bool IsAudio(ReadOnlySpan<byte> packet) =>
        packet.StartsWith("\u0001vorbis"u8)
        || packet.StartsWith("OpusHead"u8)
        || packet.StartsWith("\u007fFLAC"u8)
        || packet.StartsWith("fLaC"u8)
        || packet.StartsWith("Speex   "u8);

    /// <summary>What is known of one stream.</summary>
    private sealed class OggStream(bool isAudio)
    {
        private bool _ended;
        private uint? _next;

        public bool IsAudio => isAudio;

        /// <summary>Audio whose marked end has not come yet.</summary>
        public bool IsOpen => isAudio && !_ended;

        /// <summary>The position where the last page ends that ends a packet.</summary>
        public long Granule { get; private set; }

        public void Take(string path, long at, ReadOnlySpan<byte> page)
        {
            var number = BinaryPrimitives.ReadUInt32LittleEndian(page[18..]);
            // A recording of a broadcast has the headers, then the pages from where it tuned in.
            if (isAudio && _next is { } expected && number != expected && (Granule > 0 || number < expected))
                throw AudioFaults.PagesMissing(path, at, expected, number);
            _next = number + 1;
            _ended |= (page[5] & LastPage) != 0;
            Granule = Math.Max(Granule, BinaryPrimitives.ReadInt64LittleEndian(page[6..]));
        }
    }
}
