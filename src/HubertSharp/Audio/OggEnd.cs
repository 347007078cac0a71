using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace HubertSharp.Audio;

/// <summary>An Ogg file tells no length in front, but its last page is marked: a file without that mark was cut short.</summary>
/// <remarks>RFC 3533, section 6: page header, header type flag 0x04 = last page of the stream.</remarks>
internal static class OggEnd
{
    private const int LargestPage = 27 + 255 + (255 * 255);

    /// <summary>The position (granule) where the page before the last ends, 0 when there is none in reach.</summary>
    /// <exception cref="Runs.UserException">The last page is incomplete or not the stream's last.</exception>
    public static long Check(string path, SafeFileHandle file, long fileLength)
    {
        var window = new byte[(int)Math.Min(fileLength, (2 * LargestPage) + 4096)];
        var tail = window.AsSpan(0, RandomAccess.Read(file, window, fileLength - window.Length));
        var at = tail.LastIndexOf("OggS"u8);
        if (at < 0 || !IsWholeLastPage(tail[at..]))
            throw AudioFaults.CutShort(path, "a last page marked as the end of the stream", "none");
        var before = tail[..at].LastIndexOf("OggS"u8);
        return before >= 0 && at - before >= 27 ? Math.Max(0, BinaryPrimitives.ReadInt64LittleEndian(tail[(before + 6)..])) : 0;
    }

    private static bool IsWholeLastPage(ReadOnlySpan<byte> page)
    {
        if (page.Length < 27 || (page[5] & 0x04) == 0 || page.Length < 27 + page[26])
            return false;
        var body = 0;
        foreach (var lacing in page.Slice(27, page[26]))
            body += lacing;
        return page.Length >= 27 + page[26] + body;
    }
}
