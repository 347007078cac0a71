using System.Buffers.Binary;
using System.Numerics;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.PyTorch;

namespace HubertSharp.SpeechTokenizer.Codes;

/// <summary>
/// Codes in as few bits as a codebook needs, 10 for 1024. Little-endian: <c>HSCODES1</c>; sample rate, hop and codebook size (uint32);
/// first quantiser from 1 and number of quantisers (uint16); frames and samples (int64, samples -1 where they are not known); then frame
/// after frame, in it quantiser after quantiser, each code with its highest bit first, a byte's highest bit first, zeros up to the last
/// byte's end; then the CRC-32 of all before it (uint32).
/// </summary>
/// <remarks>Memory: at most 64 bytes per byte of the file, and 1 MiB.</remarks>
internal static class PackedCodes
{
    public const string Ending = ".codes";

    private const int HeaderBytes = 40, SumBytes = 4;
    private const long MostBytes = 256 << 20;

    private static ReadOnlySpan<byte> Magic => "HSCODES1"u8;

    public static TokenCodes Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = RegularFile.ReadAllBytes(path, MostBytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw TokenizerFaults.CodeFile(path, Runs.PrintableText.Of(e.Message));
        }
        var span = bytes.AsSpan();
        if (!span.StartsWith(Magic) || bytes.Length < HeaderBytes + SumBytes)
            throw TokenizerFaults.CodeFile(path, $"{bytes.Length} bytes that do not begin so");
        var (rate, hop) = (BinaryPrimitives.ReadInt32LittleEndian(span[8..]), BinaryPrimitives.ReadInt32LittleEndian(span[12..]));
        var size = BinaryPrimitives.ReadInt32LittleEndian(span[16..]);
        int first = BinaryPrimitives.ReadUInt16LittleEndian(span[20..]), count = BinaryPrimitives.ReadUInt16LittleEndian(span[22..]);
        var (frames, samples) = (BinaryPrimitives.ReadInt64LittleEndian(span[24..]), BinaryPrimitives.ReadInt64LittleEndian(span[32..]));
        var length = samples == -1 ? (long?)null : samples;
        if (rate < 1 || hop < 1 || size is < 2 or > 1 << 16 || first is < 1 or > 255 || count is < 1 or > 255 || frames < 1
            || !TokenSamples.Fit(length, frames, hop))
            throw TokenizerFaults.CodeFile(path, "numbers that no codes have");
        var bits = Bits(size);
        if (bytes.Length != HeaderBytes + SumBytes + (((Int128)frames * count * bits) + 7) / 8)
            throw TokenizerFaults.CodeFile(path, $"{bytes.Length} bytes for {frames} frames of {count} quantisers");
        if (BinaryPrimitives.ReadUInt32LittleEndian(span[^SumBytes..]) != Crc32.Of(span[..^SumBytes]))
            throw TokenizerFaults.CodeFile(path, "a damaged file: its checksum differs");
        var codes = new TokenCodes(new QuantizerRange(first, first - 1 + count), size, rate, hop, length, frames);
        var at = HeaderBytes * 8L;
        for (var frame = 0L; frame < frames; frame++)
        {
            for (var row = 0; row < count; row++)
            {
                var code = 0;
                for (var bit = 0; bit < bits; bit++, at++)
                    code = (code << 1) | ((bytes[at >> 3] >> (int)(7 - (at & 7))) & 1);
                codes[first + row][frame] = code < size ? (ushort)code : throw TokenizerFaults.Code(path, first + row, frame, code, size);
            }
        }
        return codes;
    }

    public static void Write(string path, TokenCodes codes)
    {
        var bits = Bits(codes.CodebookSize);
        var bytes = new byte[HeaderBytes + SumBytes + (((codes.Frames * codes.Range.Count * bits) + 7) / 8)];
        var span = bytes.AsSpan();
        Magic.CopyTo(span);
        BinaryPrimitives.WriteInt32LittleEndian(span[8..], codes.SampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(span[12..], codes.Hop);
        BinaryPrimitives.WriteInt32LittleEndian(span[16..], codes.CodebookSize);
        BinaryPrimitives.WriteUInt16LittleEndian(span[20..], (ushort)codes.Range.First);
        BinaryPrimitives.WriteUInt16LittleEndian(span[22..], (ushort)codes.Range.Count);
        BinaryPrimitives.WriteInt64LittleEndian(span[24..], codes.Frames);
        BinaryPrimitives.WriteInt64LittleEndian(span[32..], codes.Samples ?? -1);
        var at = HeaderBytes * 8L;
        for (var frame = 0L; frame < codes.Frames; frame++)
        {
            for (var quantizer = codes.Range.First; quantizer <= codes.Range.Last; quantizer++)
            {
                for (var bit = bits - 1; bit >= 0; bit--, at++)
                    bytes[at >> 3] |= (byte)(((codes[quantizer][frame] >> bit) & 1) << (int)(7 - (at & 7)));
            }
        }
        BinaryPrimitives.WriteUInt32LittleEndian(span[^SumBytes..], Crc32.Of(span[..^SumBytes]));
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    /// <summary>What the highest code needs.</summary>
    private static int Bits(int size) => BitOperations.Log2((uint)size - 1) + 1;
}
