using System.Numerics;
using HubertSharp.Audio;

namespace HubertSharp.Corpora;

/// <summary>
/// Up to which frequency a recording holds anything. Speech that was recorded or stored at 8 kHz leaves the upper half of a 16 kHz
/// spectrum empty, whatever rate its file has now, and clusters tell that before they tell sounds.
/// </summary>
internal static class Bandwidth
{
    /// <summary>Nothing is missing at 16 kHz.</summary>
    public const double FullHz = AudioFile.SampleRate / 2.0;

    private const int Window = 512;
    private const int MostWindows = 256;
    private const double Empty = 1e-3; // 30 dB below what lies under the edge; open vowels fall by 10 to 25

    // Half of the rates below 16 kHz that speech was stored at.
    private static readonly double[] Edges = [4000, 5512.5];

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

    private static double[] Power(ReadOnlySpan<float> samples)
    {
        var power = new double[Window / 2];
        var frame = new Complex[Window];
        var hop = Math.Max(Window, samples.Length / MostWindows);
        for (var start = 0; start + Window <= samples.Length; start += hop)
        {
            for (var i = 0; i < Window; i++)
                frame[i] = samples[start + i] * (0.5 - (0.5 * Math.Cos(2 * Math.PI * i / Window)));
            Transform(frame);
            for (var k = 0; k < power.Length; k++)
                power[k] += (frame[k].Real * frame[k].Real) + (frame[k].Imaginary * frame[k].Imaginary);
        }
        return power;
    }

    private static double Mean(double[] power, double fromHz, double toHz)
    {
        var (first, end) = ((int)(fromHz / FullHz * power.Length), (int)(toHz / FullHz * power.Length));
        return power.AsSpan(first, end - first).ToArray().Average();
    }

    /// <summary>The discrete Fourier transform in place, radix 2.</summary>
    private static void Transform(Complex[] values)
    {
        for (int i = 1, j = 0; i < values.Length; i++)
        {
            var bit = values.Length >> 1;
            for (; (j & bit) != 0; bit >>= 1)
                j ^= bit;
            j |= bit;
            if (i < j)
                (values[i], values[j]) = (values[j], values[i]);
        }
        for (var size = 2; size <= values.Length; size *= 2)
        {
            var step = Complex.FromPolarCoordinates(1, -2 * Math.PI / size);
            for (var start = 0; start < values.Length; start += size)
            {
                var turn = Complex.One;
                for (var k = start; k < start + (size / 2); k++, turn *= step)
                {
                    var odd = values[k + (size / 2)] * turn;
                    (values[k], values[k + (size / 2)]) = (values[k] + odd, values[k] - odd);
                }
            }
        }
    }
}
