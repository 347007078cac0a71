using System.Numerics;

namespace HubertSharp.Audio.Fidelity;

/// <summary>
/// The pitch of speech every 10 ms, by the cumulative mean normalised difference of de Cheveigné and Kawahara (2002, YIN, steps 1 to 5): a
/// frame is voiced when a period between 60 and 500 Hz leaves less than 0.15 of it unexplained, and it is not silent beside the loudest.
/// </summary>
internal sealed class PitchTrack
{
    private const double LowestHz = 60, HighestHz = 500, Threshold = 0.15, HopSeconds = 0.01, WindowSeconds = 0.025, SilenceDb = 45;

    private PitchTrack(double?[] hertz) => Hertz = hertz;

    /// <summary>Per frame; null where it is not voiced.</summary>
    public IReadOnlyList<double?> Hertz { get; }

    public static PitchTrack Of(double[] samples, int sampleRate)
    {
        var (window, hop) = ((int)(WindowSeconds * sampleRate), (int)(HopSeconds * sampleRate));
        var (shortest, longest) = ((int)(sampleRate / HighestHz), (int)Math.Ceiling(sampleRate / LowestHz));
        var frames = samples.Length < window + longest ? 0 : ((samples.Length - window - longest) / hop) + 1;
        double Energy(int start) => Dot(samples.AsSpan(start, window), samples.AsSpan(start, window));
        double[] energies = [.. Enumerable.Range(0, frames).Select(frame => Energy(frame * hop))];
        var silent = energies.DefaultIfEmpty().Max() * Math.Pow(10, -SilenceDb / 10);
        var hertz = new double?[frames];
        var unexplained = new double[longest + 1];
        for (var frame = 0; frame < frames; frame++)
        {
            if (energies[frame] <= silent)
                continue;
            Unexplained(samples.AsSpan(frame * hop, window + longest), window, energies[frame], unexplained);
            hertz[frame] = Period(unexplained, shortest) is { } period ? sampleRate / period : null;
        }
        return new PitchTrack(hertz);
    }

    /// <summary>How much of a frame each lag leaves, over the mean of all shorter ones.</summary>
    private static void Unexplained(ReadOnlySpan<double> samples, int window, double energy, double[] unexplained)
    {
        var (moved, sum) = (energy, 0.0);
        unexplained[0] = 1;
        for (var lag = 1; lag < unexplained.Length; lag++)
        {
            moved += (samples[lag + window - 1] * samples[lag + window - 1]) - (samples[lag - 1] * samples[lag - 1]);
            var difference = Math.Max(0, energy + moved - (2 * Dot(samples[..window], samples.Slice(lag, window))));
            sum += difference;
            unexplained[lag] = sum > 0 ? difference * lag / sum : 1;
        }
    }

    /// <summary>The first valley below the threshold, between samples.</summary>
    private static double? Period(double[] unexplained, int shortest)
    {
        for (var lag = shortest; lag < unexplained.Length - 1; lag++)
        {
            if (unexplained[lag] >= Threshold)
                continue;
            while (lag < unexplained.Length - 2 && unexplained[lag + 1] < unexplained[lag])
                lag++;
            var (before, at, after) = (unexplained[lag - 1], unexplained[lag], unexplained[lag + 1]);
            var curve = before - (2 * at) + after;
            return curve > 0 ? lag + Math.Clamp((before - after) / (2 * curve), -0.5, 0.5) : lag;
        }
        return null;
    }

    private static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var (sum, i) = (Vector<double>.Zero, 0);
        for (; i <= x.Length - Vector<double>.Count; i += Vector<double>.Count)
            sum += new Vector<double>(x[i..]) * new Vector<double>(y[i..]);
        var total = Vector.Sum(sum);
        for (; i < x.Length; i++)
            total += x[i] * y[i];
        return total;
    }
}
