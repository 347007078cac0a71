using HubertSharp.Features.Acoustic;

namespace HubertSharp.Tests.Features.Acoustic;

/// <summary>MFCC and fbank frame by frame in double precision, with the sum of the definition in place of the fast transform.</summary>
internal static class AcousticOracle
{
    public static double[][] Compute(float[] waveform, AcousticSettings settings)
    {
        var frames = new List<double[]>();
        for (var start = 0; start + 400 <= waveform.Length; start += 160)
            frames.Add(Statics(waveform.AsSpan(start, 400), settings));
        double[][] statics = [.. frames];
        if (!settings.Deltas)
            return statics;
        var deltas = Slopes(statics);
        var second = Slopes(deltas);
        return [.. statics.Select((frame, t) => (double[])[.. frame, .. deltas[t], .. second[t]])];
    }

    private static double[] Statics(ReadOnlySpan<float> samples, AcousticSettings settings)
    {
        var x = samples.ToArray().Select(s => (double)s * settings.WaveformScale).ToArray();
        var mean = x.Average();
        x = [.. x.Select(s => s - mean)];
        var windowed = x.Select(
            (s, i) => (s - (0.97 * x[Math.Max(i - 1, 0)])) * Math.Pow(0.5 - (0.5 * Math.Cos(2 * Math.PI * i / 399)), 0.85)).ToArray();
        var power = Enumerable.Range(0, 256).Select(k =>
        {
            var (re, im) = (0.0, 0.0);
            for (var i = 0; i < 400; i++)
            {
                re += windowed[i] * Math.Cos(2 * Math.PI * k * i / 512);
                im += windowed[i] * Math.Sin(2 * Math.PI * k * i / 512);
            }
            return (re * re) + (im * im);
        }).ToArray();
        static double Mel(double hertz) => 1127 * Math.Log(1 + (hertz / 700));
        var step = (Mel(8000) - Mel(20)) / (settings.MelBins + 1);
        var energies = Enumerable.Range(0, settings.MelBins).Select(m =>
        {
            var left = Mel(20) + (m * step);
            var sum = power.Select(
                (p, k) => p * Math.Max(0, Math.Min((Mel(k * 31.25) - left) / step, (left + (2 * step) - Mel(k * 31.25)) / step))).Sum();
            return Math.Log(Math.Max(sum, 1.1920928955078125e-7));
        }).ToArray();
        if (settings.Coefficients is not { } count)
            return energies;
        var bins = settings.MelBins;
        return [.. Enumerable.Range(0, count).Select(c =>
            Math.Sqrt((c == 0 ? 1.0 : 2.0) / bins) * energies.Select((e, m) => e * Math.Cos(Math.PI / bins * (m + 0.5) * c)).Sum()
                * (1 + (11 * Math.Sin(Math.PI * c / 22))))];
    }

    private static double[][] Slopes(double[][] frames)
    {
        double[] At(int t) => frames[Math.Clamp(t, 0, frames.Length - 1)];
        return [.. Enumerable.Range(0, frames.Length).Select(t => (double[])[.. Enumerable.Range(0, frames[0].Length).Select(d =>
            (At(t + 1)[d] - At(t - 1)[d] + (2 * (At(t + 2)[d] - At(t - 2)[d]))) / 10)])];
    }
}
