using System.Buffers.Binary;
using System.IO.Compression;
using HubertSharp.Runs.PyTorch;

namespace HubertSharp.Runs.Reports.Tokenizers;

/// <summary>Writes a picture of up to 256 colours as PNG (ISO/IEC 15948), without a library for it.</summary>
internal static class PngPicture
{
    private const byte BitDepth = 8, Palette = 3;
    private static readonly byte[] s_signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    /// <param name="width">Pixels of a row.</param>
    /// <param name="pixels">Numbers of colours, row by row from the top.</param>
    /// <param name="colours">Red, green and blue of each.</param>
    public static byte[] Encode(int width, ReadOnlySpan<byte> pixels, ReadOnlySpan<byte> colours)
    {
        using var picture = new MemoryStream();
        picture.Write(s_signature);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), pixels.Length / width);
        (header[8], header[9]) = (BitDepth, Palette);
        Chunk(picture, "IHDR"u8, header);
        Chunk(picture, "PLTE"u8, colours);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            for (; pixels.Length > 0; pixels = pixels[width..])
            {
                zlib.WriteByte(0); // the row as it is
                zlib.Write(pixels[..width]);
            }
        }
        Chunk(picture, "IDAT"u8, packed.ToArray());
        Chunk(picture, "IEND"u8, []);
        return picture.ToArray();
    }

    private static void Chunk(MemoryStream picture, ReadOnlySpan<byte> name, ReadOnlySpan<byte> content)
    {
        Span<byte> number = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        picture.Write(number);
        byte[] summed = [.. name, .. content];
        picture.Write(summed);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Of(summed));
        picture.Write(number);
    }
}
