using HubertSharp.Runs;

namespace HubertSharp.Interop;

/// <summary>
/// Made-up sound for comparing two models: a gliding tone with overtones in syllable-like bursts, and noise. The same at every call.
/// </summary>
internal static class TestClip
{
    /// <param name="sampleRate">Samples per second.</param>
    /// <param name="seconds">Length.</param>
    public static float[] Create(int sampleRate = SamplingRate.Hz, double seconds = 4)
    {
        var samples = new float[(int)(sampleRate * seconds)];
        var random = new Random(1);
        var phase = 0.0;
        for (var i = 0; i < samples.Length; i++)
        {
            var t = (double)i / sampleRate;
            phase += 2 * Math.PI * (140 + (40 * Math.Sin(2 * Math.PI * 0.7 * t))) / sampleRate;
            var burst = Math.Max(0, Math.Sin(2 * Math.PI * 3.1 * t));
            var tone = 0.3 * (Math.Sin(phase) + (0.5 * Math.Sin(3 * phase)) + (0.25 * Math.Sin(7 * phase)));
            samples[i] = (float)((burst * tone) + (0.01 * (random.NextDouble() - 0.5)));
        }
        return samples;
    }
}
