namespace HubertSharp.Audio.Fidelity;

/// <summary>How far a copy is from a signal, sample by sample and in spectra. Both are of the same length.</summary>
internal static class WaveformDistances
{
    private const double PowerFloor = 1e-10;

    /// <summary>
    /// Scale-invariant signal-to-distortion ratio in dB (Le Roux et al. 2019): the part of the copy that is a multiple of the signal, over
    /// the rest. Infinite where there is no rest, NaN where one of the two is silent.
    /// </summary>
    /// <param name="signal">What was copied.</param>
    /// <param name="copy">The copy.</param>
    /// <param name="removesMeans">Both are taken without their means.</param>
    public static double ScaleInvariantRatio(double[] signal, double[] copy, bool removesMeans = false)
    {
        var (ofSignal, ofCopy) = removesMeans ? (signal.Average(), copy.Average()) : (0, 0);
        var (product, energy) = (0.0, 0.0);
        for (var i = 0; i < signal.Length; i++)
        {
            product += (signal[i] - ofSignal) * (copy[i] - ofCopy);
            energy += (signal[i] - ofSignal) * (signal[i] - ofSignal);
        }
        var (scale, target, rest) = (product / energy, 0.0, 0.0);
        for (var i = 0; i < signal.Length; i++)
        {
            var part = (signal[i] - ofSignal) * scale;
            target += part * part;
            rest += (part - (copy[i] - ofCopy)) * (part - (copy[i] - ofCopy));
        }
        return 10 * Math.Log10(target / rest);
    }

    /// <summary>Signal-to-noise ratio in dB: the signal over what the copy has other than it.</summary>
    public static double Ratio(double[] signal, double[] copy)
    {
        var (energy, rest) = (0.0, 0.0);
        for (var i = 0; i < signal.Length; i++)
        {
            energy += signal[i] * signal[i];
            rest += (signal[i] - copy[i]) * (signal[i] - copy[i]);
        }
        return 10 * Math.Log10(energy / rest);
    }

    /// <summary>Mean absolute difference.</summary>
    public static double MeanAbsolute(double[] signal, double[] copy) => signal.Zip(copy, (x, y) => Math.Abs(x - y)).Average();

    /// <summary>
    /// Log-spectral distance: the root of the mean squared difference of log10 powers over the bins, meaned over frames; powers below
    /// 1e-10 count as that. A signal shorter than a frame is one, with zeros behind it.
    /// </summary>
    public static double LogSpectral(double[] signal, double[] copy, int points, int hop)
    {
        WindowedPowers Spectra(double[] samples) => new(samples.Length < points ? [.. samples, .. new double[points - samples.Length]]
            : samples, WindowedPowers.PeriodicHann(points), hop, points);
        var (a, b) = (Spectra(signal), Spectra(copy));
        var sum = 0.0;
        for (var frame = 0; frame < a.Frames; frame++)
        {
            var ofSignal = a[frame];
            var ofCopy = b[frame];
            var squares = 0.0;
            for (var bin = 0; bin < ofSignal.Length; bin++)
            {
                var apart = Math.Log10(Math.Max(PowerFloor, ofSignal[bin])) - Math.Log10(Math.Max(PowerFloor, ofCopy[bin]));
                squares += apart * apart;
            }
            sum += Math.Sqrt(squares / ofSignal.Length);
        }
        return sum / a.Frames;
    }
}
