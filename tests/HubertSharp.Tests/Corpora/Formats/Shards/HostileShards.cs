using System.Text;

namespace HubertSharp.Tests.Corpora.Formats.Shards;

/// <summary>Archives and tables that promise more than they hold.</summary>
internal static class HostileShards
{
    /// <summary>Headers of files, long names and extensions with any size.</summary>
    public static IEnumerable<(string Name, byte[] Bytes)> Tars() =>
        from kind in "0Lxg5"
        from size in new[] { "77777777777", "00010000000", "\u0080\0\0\0\0\0\u0001\0\0\0\0\0" }
        select ($"a tar's entry of the kind {kind} with {size.Length} bytes of size", Header(kind, size));

    /// <summary>Ends with any length of the description, and descriptions of nonsense.</summary>
    public static IEnumerable<(string Name, byte[] Bytes)> Parquets() =>
        from length in new[] { -1, 0, 100, int.MaxValue }
        from value in new byte[] { 0, 0x15, 0x19, 0xff } // 0x15 a number, 0x19 a list of any length
        select ($"a Parquet's end of {length} bytes of {value}",
            (byte[])[.. "PAR1"u8, .. Enumerable.Repeat(value, 1000), .. BitConverter.GetBytes(length), .. "PAR1"u8]);

    private static byte[] Header(char kind, string size)
    {
        var header = new byte[2048];
        "a.wav"u8.CopyTo(header);
        Encoding.Latin1.GetBytes(size).CopyTo(header, 124);
        header[156] = (byte)kind;
        "ustar\0"u8.CopyTo(header.AsSpan(257));
        header.AsSpan(148, 8).Fill((byte)' ');
        Encoding.ASCII.GetBytes(Convert.ToString(header[..512].Sum(b => b), 8).PadLeft(6, '0') + "\0 ").CopyTo(header, 148);
        return header;
    }
}
