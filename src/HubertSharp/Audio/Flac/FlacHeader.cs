using System.Buffers.Binary;

namespace HubertSharp.Audio.Flac;

/// <summary>What the header of a FLAC frame tells, proven by its checksum.</summary>
/// <remarks>RFC 9639, section 9.1.</remarks>
/// <param name="IsVariable">The number counts samples, not frames.</param>
/// <param name="Number">Of the frame (blocks of one size), or of its first sample.</param>
/// <param name="Samples">In each channel.</param>
/// <param name="Channels">1 to 8.</param>
internal readonly record struct FlacHeader(bool IsVariable, long Number, int Samples, int Channels)
{
    /// <summary>No header is longer.</summary>
    public const int MostBytes = 17;

    /// <summary>More than the largest frame: samples of 32 bits as they are, a bit more in a side channel, and headers.</summary>
    public long MostFrameBytes => (Samples * Channels * 33L / 8) + 256;

    /// <summary>
    /// Whether a frame comes right behind this one. Encoders from before the strategy bit number samples without saying so.
    /// </summary>
    public bool IsFollowedBy(FlacHeader next) =>
        next.IsVariable == IsVariable
        && (next.Number == Number + Samples || (!IsVariable && next.Number == Number + 1));

    /// <summary>The header that stands at the beginning of some bytes; null where there is none, or it does not fit its checksum.</summary>
    public static FlacHeader? Parse(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < 8 || frame[0] != 0xFF || (frame[1] & 0xFE) != 0xF8)
            return null;
        int sizeCode = frame[2] >> 4, rateCode = frame[2] & 15, channels = frame[3] >> 4;
        if (sizeCode == 0 || rateCode == 15 || channels > 10 || (frame[3] & 1) != 0)
            return null;
        var at = 4;
        var extra = frame[at] switch
        {
            < 0x80 => 0,
            < 0xC0 => -1,
            < 0xE0 => 1,
            < 0xF0 => 2,
            < 0xF8 => 3,
            < 0xFC => 4,
            < 0xFE => 5,
            0xFE => 6,
            _ => -1,
        };
        if (extra < 0 || frame.Length < at + extra + 6)
            return null;
        long number = extra == 0 ? frame[at] : frame[at] & (0x3F >> extra);
        for (at++; extra > 0; extra--, at++)
            number = (number << 6) | (long)(frame[at] & 0x3F);
        var samples = sizeCode switch
        {
            1 => 192,
            <= 5 => 576 << (sizeCode - 2),
            6 => frame[at] + 1,
            7 => BinaryPrimitives.ReadUInt16BigEndian(frame[at..]) + 1,
            _ => 256 << (sizeCode - 8),
        };
        at += sizeCode switch { 6 => 1, 7 => 2, _ => 0 };
        at += rateCode switch { 12 => 1, 13 or 14 => 2, _ => 0 };
        if (at >= frame.Length || FlacChecksum.OfHeader(frame[..at]) != frame[at])
            return null;
        return new FlacHeader((frame[1] & 1) != 0, number, samples, channels < 8 ? channels + 1 : 2);
    }
}
