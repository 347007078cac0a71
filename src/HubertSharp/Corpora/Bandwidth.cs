using System.Runtime.Intrinsics;
using HubertSharp.Audio;
using HubertSharp.Audio.Spectra;

namespace HubertSharp.Corpora;

/// <summary>
/// Up to which frequency a recording holds anything. Speech that was recorded or stored at 8 kHz leaves the upper half of a 16 kHz
/// spectrum empty, whatever rate its file has now, and clusters tell that before they tell sounds.
/// </summary>
internal static class Bandwidth
{
    /// <summary>Nothing is missing at 16 kHz.</summary>
    public const double FullHz = AudioFile.SampleRate / 2.0;

    private const int Window = LaneTransform.Points;
    private const int MostWindows = 256;
    private const double Empty = 1e-3; // 30 dB below what lies under the edge; open vowels fall by 10 to 25

    // Half of the rates below 16 kHz that speech was stored at.
    private static readonly double[] Edges = [4000, 5512.5];

    private static readonly float[] Hann =
        [.. Enumerable.Range(0, Window).Select(i => (float)(0.5 - (0.5 * Math.Cos(2 * Math.PI * i / Window))))];

    /// <summary>The upper end in Hz; <see cref="FullHz"/> where nothing is missing.</summary>
    /// <param name="samples">[S] at 16 kHz; empty to go by the file's rate alone.</param>
    /// <param name="fileRate">The rate that the file itself has.</param>
    public static double LimitHz(ReadOnlySpan<float> samples, int fileRate)
    {
        if (fileRate < AudioFile.SampleRate)
            return fileRate / 2.0;
        if (samples.Length < 8 * Window)
            return FullHz; // too short to judge
        var power = Power(samples);
        foreach (var edge in Edges)
        {
            var below = Mean(power, 0.6 * edge, 0.85 * edge);
            if (below > 0 && Mean(power, 1.15 * edge, 0.95 * FullHz) < Empty * below)
                return edge;
        }
        return FullHz;
    }

    private static unsafe double[] Power(ReadOnlySpan<float> samples)
    {
        using var transform = new LaneTransform();
        var power = new double[Window / 2];
        var hop = Math.Max(Window, samples.Length / MostWindows);
        var windows = ((samples.Length - Window) / hop) + 1;
        for (var first = 0; first < windows; first += LaneTransform.Lanes)
        {
            var input = (float*)transform.Input;
            for (var i = 0; i < Window; i++)
            {
                var place = input + (((i % 2 * (Window / 2)) + (i / 2)) * LaneTransform.Lanes); // even samples, then odd ones
                for (var lane = 0; lane < LaneTransform.Lanes; lane++)
                    place[lane] = first + lane < windows ? samples[((first + lane) * hop) + i] * Hann[i] : 0;
            }
            var spectrum = transform.PowerSpectrum();
            for (var k = 0; k < power.Length; k++)
                power[k] += Vector256.Sum(spectrum[k]);
        }
        return power;
    }

    private static double Mean(double[] power, double fromHz, double toHz)
    {
        var (first, end) = ((int)(fromHz / FullHz * power.Length), (int)(toHz / FullHz * power.Length));
        return power.AsSpan(first, end - first).ToArray().Average();
    }
}
