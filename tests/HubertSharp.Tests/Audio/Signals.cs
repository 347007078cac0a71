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
}
