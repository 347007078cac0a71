using System.Buffers.Binary;

namespace HubertSharp.Audio;

/// <summary>The texts and pictures that programs put before and behind the frames of an MP3 file, which are no audio.</summary>
/// <remarks>ID3v2.4, section 3.1 (ten bytes, the size in 7 bits per byte); ID3v1; APEv2; Lyrics3 v1 and v2.</remarks>
internal static class Id3Tag
{
    private const int Id3Header = 10, Id3v1 = 128, ApeHeader = 32, LongestLyrics = 1 << 18;

    /// <summary>Where the tags end that begin at a place; the place itself when there are none.</summary>
    public static long End(FileWindow window, long at)
    {
        while (Size(window, at) is > 0 and var size)
            at += size;
        return at;
    }

    private static long Size(FileWindow window, long at)
    {
        var head = window.At(at, ApeHeader);
        if (head.Length >= Id3Header && head.StartsWith("ID3"u8) && !head[6..Id3Header].ContainsAnyInRange((byte)0x80, (byte)0xff))
            return Id3Header + ((head[6] << 21) | (head[7] << 14) | (head[8] << 7) | head[9]) + ((head[5] & 0x10) != 0 ? Id3Header : 0);
        if (head.StartsWith("TAG"u8) && window.FileLength - at >= Id3v1)
            return Id3v1;
        // its size is without the header; a footer alone has the tag before it
        if (head.Length == ApeHeader && head.StartsWith("APETAGEX"u8))
            return (head[23] & 0x20) != 0 ? ApeHeader + (long)BinaryPrimitives.ReadUInt32LittleEndian(head[12..]) : ApeHeader;
        if (!head.StartsWith("LYRICSBEGIN"u8))
            return 0;
        var lyrics = window.At(at, LongestLyrics);
        var end = Math.Max(lyrics.IndexOf("LYRICS200"u8), lyrics.IndexOf("LYRICSEND"u8));
        return end < 0 ? 0 : end + 9;
    }
}
