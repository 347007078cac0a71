using System.Buffers.Binary;

namespace HubertSharp.Tests.Audio;

/// <summary>WAV files made by hand, with headers as wrong as one likes.</summary>
internal static class WavBytes
{
    public const int DataSizeAt = 40;
    public const int ChannelsAt = 22;
    public const int RateAt = 24;

    public static byte[] Pcm16(ReadOnlySpan<short> samples, int rate = 16000, int channels = 1)
    {
        var data = new byte[samples.Length * 2];
        for (var i = 0; i < samples.Length; i++)
            BinaryPrimitives.WriteInt16LittleEndian(data.AsSpan(2 * i), samples[i]);
        return With(data, format: 1, bits: 16, rate, channels);
    }

    public static byte[] Float32(ReadOnlySpan<float> samples, int rate = 16000)
    {
        var data = new byte[samples.Length * 4];
        for (var i = 0; i < samples.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(data.AsSpan(4 * i), samples[i]);
        return With(data, format: 3, bits: 32, rate, channels: 1);
    }

    public static byte[] WithUInt32(this byte[] bytes, int at, uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), value);
        return bytes;
    }

    public static void WithBigEndian(this Span<byte> bytes, int at, uint value) =>
        BinaryPrimitives.WriteUInt32BigEndian(bytes[at..], value);

    private static byte[] With(byte[] data, short format, short bits, int rate, int channels)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("RIFF"u8);
        writer.Write(36 + data.Length);
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write(format);
        writer.Write((short)channels);
        writer.Write(rate);
        writer.Write(rate * channels * bits / 8);
        writer.Write((short)(channels * bits / 8));
        writer.Write(bits);
        writer.Write("data"u8);
        writer.Write(data.Length);
        writer.Write(data);
        writer.Flush();
        return stream.ToArray();
    }
}
