using System.Buffers.Binary;

namespace HubertSharp.Audio;

/// <summary>The checksum of Ogg pages: CRC-32 with polynomial 0x04c11db7, most significant bit first, start and end value 0.</summary>
/// <remarks>RFC 3533, section 6, field 7. Eight bytes a step ("slicing by eight"): the check must cost far less than decoding.</remarks>
internal static class OggChecksum
{
    private const int Slices = 8;
    private static readonly uint[][] Tables = MakeTables();

    /// <summary>Continues a checksum over more bytes.</summary>
    public static uint Append(uint sum, ReadOnlySpan<byte> bytes)
    {
        uint[] t0 = Tables[0], t1 = Tables[1], t2 = Tables[2], t3 = Tables[3], t4 = Tables[4], t5 = Tables[5], t6 = Tables[6],
            t7 = Tables[7];
        for (; bytes.Length >= Slices; bytes = bytes[Slices..])
        {
            var high = sum ^ BinaryPrimitives.ReadUInt32BigEndian(bytes);
            var low = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
            sum = t7[high >> 24] ^ t6[(byte)(high >> 16)] ^ t5[(byte)(high >> 8)] ^ t4[(byte)high]
                ^ t3[low >> 24] ^ t2[(byte)(low >> 16)] ^ t1[(byte)(low >> 8)] ^ t0[(byte)low];
        }
        foreach (var value in bytes)
            sum = (sum << 8) ^ t0[(sum >> 24) ^ value];
        return sum;
    }

    private static uint[][] MakeTables()
    {
        var tables = new uint[Slices][];
        for (var slice = 0; slice < Slices; slice++)
        {
            tables[slice] = new uint[256];
            for (uint value = 0; value < 256; value++)
            {
                var sum = slice == 0 ? value << 24 : tables[slice - 1][value];
                for (var bit = 0; bit < 8; bit++)
                    sum = (sum << 1) ^ ((sum & 0x80000000) != 0 ? 0x04c11db7u : 0);
                tables[slice][value] = sum;
            }
        }
        return tables;
    }
}
