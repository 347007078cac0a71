using System.Buffers.Binary;

namespace HubertSharp.Dashboard.Listening;

/// <summary>Samples as a WAV file in memory.</summary>
internal static class WavBytes
{
    private const int HeaderBytes = 44;

    /// <param name="samples">[S] in [-1, 1], one channel; cut at full scale.</param>
    /// <param name="sampleRate">In Hz.</param>
    /// <returns>16 bits per sample.</returns>
    public static byte[] Of(ReadOnlySpan<float> samples, int sampleRate)
    {
        var bytes = new byte[HeaderBytes + (2 * samples.Length)];
        var head = bytes.AsSpan();
        "RIFF"u8.CopyTo(head);
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], bytes.Length - 8);
        "WAVEfmt "u8.CopyTo(head[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(head[16..], 16); // bytes of the format
        BinaryPrimitives.WriteInt16LittleEndian(head[20..], 1); // PCM
        BinaryPrimitives.WriteInt16LittleEndian(head[22..], 1); // channels
        BinaryPrimitives.WriteInt32LittleEndian(head[24..], sampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(head[28..], 2 * sampleRate);
        BinaryPrimitives.WriteInt16LittleEndian(head[32..], 2); // bytes per sample
        BinaryPrimitives.WriteInt16LittleEndian(head[34..], 16);
        "data"u8.CopyTo(head[36..]);
        BinaryPrimitives.WriteInt32LittleEndian(head[40..], 2 * samples.Length);
        for (var i = 0; i < samples.Length; i++)
            BinaryPrimitives.WriteInt16LittleEndian(head[(HeaderBytes + (2 * i))..],
                (short)Math.Clamp(MathF.Round(samples[i] * 32768f), short.MinValue, short.MaxValue));
        return bytes;
    }
}
