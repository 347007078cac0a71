using static TorchSharp.torch;

namespace HubertSharp.Audio.Fidelity.Visqol;

/// <summary>
/// By how much a copy is late or early, from the correlation of what ViSQOL takes for envelopes: its Hilbert transform loses the imaginary
/// part, so that they are the rectified signals.
/// </summary>
internal static class EnvelopeLag
{
    /// <summary>
    /// Samples by which the copy has to be delayed; below 0 that many of its beginning are to be left out. 0 where the best place is more
    /// than half of the original away.
    /// </summary>
    /// <param name="original">A signal.</param>
    /// <param name="copy">Another.</param>
    public static int Of(ReadOnlySpan<double> original, ReadOnlySpan<double> copy)
    {
        var length = Math.Max(original.Length, copy.Length);
        var points = 2 * (long)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)length);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var spectra = fft.rfft(tensor(Rectified(original)), points) * fft.rfft(tensor(Rectified(copy)), points).conj();
        var correlations = fft.irfft(spectra, points).data<double>().ToArray();
        var (best, most) = (0, double.NegativeInfinity);
        for (var lag = 1 - length; lag < length; lag++)
        {
            var correlation = correlations[lag < 0 ? points + lag : lag];
            if (correlation > most)
                (best, most) = (lag, correlation);
        }
        return Math.Abs((long)best) * 2 > original.Length ? 0 : best;
    }

    private static double[] Rectified(ReadOnlySpan<double> samples)
    {
        var mean = 0.0;
        foreach (var sample in samples)
            mean += sample / samples.Length;
        var rectified = new double[samples.Length];
        for (var i = 0; i < rectified.Length; i++)
            rectified[i] = (2 * Math.Abs(samples[i] - mean)) + mean;
        return rectified;
    }
}
