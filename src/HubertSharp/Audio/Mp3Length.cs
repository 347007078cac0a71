using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace HubertSharp.Audio;

/// <summary>
/// An MP3 file whose first frame is a Xing or Info header tells how many bytes its frames have; a file with fewer was cut short.
/// Without that header nobody can tell.
/// </summary>
/// <remarks>The de-facto "Xing" VBR header as LAME writes it: tag, flags, frames (flag 1), bytes (flag 2).</remarks>
internal static class Mp3Length
{
    private const int LongestTag = 64 << 20;

    /// <exception cref="Runs.UserException">Bytes are missing at the end.</exception>
    public static void Check(string path, SafeFileHandle file, long fileLength)
    {
        Span<byte> head = stackalloc byte[256];
        long first = 0;
        var got = RandomAccess.Read(file, head, 0);
        if (got == 256 && head.StartsWith("ID3"u8))
        {
            var size = (head[6] << 21) | (head[7] << 14) | (head[8] << 7) | head[9]; // 7 bits per byte
            first = 10 + size;
            got = size is >= 0 and < LongestTag ? RandomAccess.Read(file, head, first) : 0;
        }
        if (got < 256 || head[0] != 0xFF || (head[1] & 0xE0) != 0xE0)
            return;
        var at = head.IndexOf("Xing"u8) is >= 0 and var xing ? xing : head.IndexOf("Info"u8);
        if (at is < 0 or > 64)
            return;
        var flags = BinaryPrimitives.ReadUInt32BigEndian(head[(at + 4)..]);
        var bytesAt = at + 8 + ((flags & 1) != 0 ? 4 : 0);
        var promised = (flags & 2) != 0 ? BinaryPrimitives.ReadUInt32BigEndian(head[bytesAt..]) : 0;
        if (promised > fileLength - first)
            throw AudioFaults.CutShort(path, $"{promised} bytes of audio", $"{fileLength - first}");
    }
}
