using System.Buffers.Binary;

namespace HubertSharp.Audio;

/// <summary>The four bytes before each frame of MPEG audio (MP1, MP2, MP3).</summary>
/// <param name="Bytes">The frame with its header; 0 for the "free format", whose frames do not tell their length.</param>
/// <param name="Kind">The bits that are the same in every frame of a recording: version, layer, sample rate.</param>
/// <param name="SideBytes">What lies between the header and the main data in layer III, where a "Xing" header has its place.</param>
/// <remarks>ISO 11172-3, section 2.4.1.3; ISO 13818-3 for half the sample rates; a quarter ("2.5") is Fraunhofer's.</remarks>
internal readonly record struct MpegHeader(int Bytes, uint Kind, int SideBytes)
{
    /// <summary>What is the same in every frame.</summary>
    private const uint KindMask = 0xFFFE0C00;

    private static ReadOnlySpan<short> Layer1 => [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448];

    private static ReadOnlySpan<short> Layer2 => [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384];

    private static ReadOnlySpan<short> Layer3 => [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];

    private static ReadOnlySpan<short> LowLayer1 => [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256];

    private static ReadOnlySpan<short> LowLayer23 => [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];

    /// <summary>Null when the bytes are no such header.</summary>
    public static MpegHeader? Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 4 || bytes[0] != 0xFF || (bytes[1] & 0xE0) != 0xE0)
            return null;
        int version = (bytes[1] >> 3) & 3, layer = 4 - ((bytes[1] >> 1) & 3), rateIndex = bytes[2] >> 4, frequency = (bytes[2] >> 2) & 3;
        if (version == 1 || layer == 4 || rateIndex == 15 || frequency == 3 || (bytes[3] & 3) == 2)
            return null;
        var low = version != 3; // MPEG-2 and 2.5
        var kilobits = (low ? layer == 1 ? LowLayer1 : LowLayer23 : layer switch { 1 => Layer1, 2 => Layer2, _ => Layer3 })[rateIndex];
        var hertz = (frequency switch { 0 => 44100, 1 => 48000, _ => 32000 }) >> (version switch { 3 => 0, 2 => 1, _ => 2 });
        var padding = (bytes[2] >> 1) & 1;
        var length = layer switch
        {
            1 => ((12 * kilobits * 1000 / hertz) + padding) * 4,
            3 when low => (72 * kilobits * 1000 / hertz) + padding,
            _ => (144 * kilobits * 1000 / hertz) + padding,
        };
        var mono = bytes[3] >> 6 == 3;
        var side = low ? (mono ? 9 : 17) : (mono ? 17 : 32);
        return new MpegHeader(kilobits == 0 ? 0 : length, BinaryPrimitives.ReadUInt32BigEndian(bytes) & KindMask, side);
    }
}
