using System.Buffers.Binary;
using System.Numerics;

namespace HubertSharp.Runs.Doctor.Logs.TensorBoard;

/// <summary>The masked CRC-32C of TFRecord files: rotated right by 15 bits, plus a constant.</summary>
public static class Crc32C
{
    /// <summary>The checksum of a length, or of a record.</summary>
    public static uint Masked(ReadOnlySpan<byte> bytes)
    {
        var crc = ~0u;
        for (; bytes.Length >= 8; bytes = bytes[8..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var b in bytes)
            crc = BitOperations.Crc32C(crc, b);
        return BitOperations.RotateRight(~crc, 15) + 0xa282ead8;
    }
}
