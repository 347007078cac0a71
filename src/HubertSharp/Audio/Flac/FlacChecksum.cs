namespace HubertSharp.Audio.Flac;

/// <summary>FLAC's checksums: CRC-8 (polynomial 0x07) of a frame's header, CRC-16 (0x8005) of the frame; both begin at 0.</summary>
/// <remarks>
/// RFC 9639, sections 9.1.8 and 9.3. A frame with its own CRC-16 at the end sums to 0. Eight bytes a step: a walk must cost far less than
/// decoding.
/// </remarks>
internal static class FlacChecksum
{
    private const int Slices = 8;
    private static readonly ushort[][] Tables = MakeTables();

    /// <summary>Continues a CRC-16 over more bytes.</summary>
    public static ushort Append(ushort sum, ReadOnlySpan<byte> bytes)
    {
        ushort[] t0 = Tables[0], t1 = Tables[1], t2 = Tables[2], t3 = Tables[3], t4 = Tables[4], t5 = Tables[5], t6 = Tables[6],
            t7 = Tables[7];
        for (; bytes.Length >= Slices; bytes = bytes[Slices..])
        {
            sum = (ushort)(t7[bytes[0] ^ (sum >> 8)] ^ t6[bytes[1] ^ (byte)sum] ^ t5[bytes[2]] ^ t4[bytes[3]]
                ^ t3[bytes[4]] ^ t2[bytes[5]] ^ t1[bytes[6]] ^ t0[bytes[7]]);
        }
        foreach (var value in bytes)
            sum = (ushort)((sum << 8) ^ t0[(sum >> 8) ^ value]);
        return sum;
    }

    /// <summary>The CRC-8 of a header, some ten bytes.</summary>
    public static byte OfHeader(ReadOnlySpan<byte> bytes)
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

    private static ushort[][] MakeTables()
    {
        var tables = new ushort[Slices][];
        for (var slice = 0; slice < Slices; slice++)
        {
            tables[slice] = new ushort[256];
            for (var value = 0; value < 256; value++)
            {
                var sum = slice == 0 ? value << 8 : tables[slice - 1][value];
                for (var bit = 0; bit < 8; bit++)
                    sum = (sum << 1) ^ ((sum & 0x8000) != 0 ? 0x18005 : 0);
                tables[slice][value] = (ushort)sum;
            }
        }
        return tables;
    }
}
