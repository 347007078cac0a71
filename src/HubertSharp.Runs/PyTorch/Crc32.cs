using System.Buffers.Binary;

namespace HubertSharp.Runs.PyTorch;

/// <summary>The checksum of zip archives (IEEE 802.3), eight bytes at a time.</summary>
public static class Crc32
{
    private const uint Polynomial = 0xedb88320;

    private static readonly uint[][] s_tables = Tables();

    /// <summary>Of all bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            var low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc;
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = s_tables[7][(byte)low] ^ s_tables[6][(byte)(low >> 8)] ^ s_tables[5][(byte)(low >> 16)] ^ s_tables[4][low >> 24]
                ^ s_tables[3][(byte)high] ^ s_tables[2][(byte)(high >> 8)] ^ s_tables[1][(byte)(high >> 16)] ^ s_tables[0][high >> 24];
        }
        foreach (var b in bytes)
            crc = s_tables[0][(byte)(crc ^ b)] ^ (crc >> 8);
        return ~crc;
    }

    private static uint[][] Tables()
    {
        var tables = new uint[8][];
        for (var t = 0; t < tables.Length; t++)
        {
            tables[t] = new uint[256];
            for (var i = 0u; i < 256; i++)
            {
                var crc = t == 0 ? i : tables[t - 1][i];
                for (var bit = 0; bit < 8; bit++)
                    crc = (crc & 1) != 0 ? (crc >> 1) ^ Polynomial : crc >> 1;
                tables[t][i] = crc;
            }
        }
        return tables;
    }
}
