namespace HubertSharp.Tests.Audio;

/// <summary>Made-up sounds.</summary>
internal static class Signals
{
    /// <summary>White noise on the 16-bit grid.</summary>
    public static float[] Noise(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(-20000, 20001) / 32768f)];
    }

    public static float[] Sine(int count, double hertz, int rate, double level = 0.5) =>
        [.. Enumerable.Range(0, count).Select(i => (float)(level * Math.Sin(2 * Math.PI * hertz * i / rate)))];

    /// <summary>A WAV file of 16 bits and 16 kHz with two channels of the same length.</summary>
    public static byte[] StereoWav(float[] left, float[] right)
    {
        using var memory = new MemoryStream();
        using var file = new BinaryWriter(memory);
        file.Write("RIFF"u8);
        file.Write(36 + (4 * left.Length));
        file.Write("WAVEfmt "u8);
        file.Write(16);
        foreach (var field in (ReadOnlySpan<short>)[1, 2, 16000, 0, -1536, 0, 4, 16])
            file.Write(field);
        file.Write("data"u8);
        file.Write(4 * left.Length);
        foreach (var (one, two) in left.Zip(right))
        {
            file.Write((short)Math.Round(one * 32768));
            file.Write((short)Math.Round(two * 32768));
        }
        return memory.ToArray();
    }
}
