namespace HubertSharp.Audio.Fidelity;

/// <summary>
/// How well speech is understood: STOI (Taal et al. 2011) and ESTOI (Jensen and Taal 2016), with the arithmetic of pystoi. Both compare
/// envelopes of third-octave bands over 384 ms, without the frames in which the reference is silent. ESTOI's noise of the size of rounding
/// is left out: a band without any energy has no correlation here.
/// </summary>
internal static class Intelligibility
{
    /// <summary>What pystoi gives when less than a segment of speech is left.</summary>
    public const double TooShort = 1e-5;

    private const int Rate = 10_000, Frame = 256, Hop = Frame / 2, Points = 512, Bands = 15, Segment = 30;
    private const double LowestHz = 150, SilenceDb = 40, LeastRatioDb = -15, Epsilon = 2.220446049250313e-16;

    private static readonly (int First, int End)[] s_bands = [.. Enumerable.Range(0, Bands)
        .Select(band => (Bin(LowestHz * Math.Pow(2, ((2 * band) - 1) / 6.0)), Bin(LowestHz * Math.Pow(2, ((2 * band) + 1) / 6.0))))];

    /// <summary>Both figures, each at most 1.</summary>
    /// <param name="reference">Clean speech.</param>
    /// <param name="degraded">Of the same length.</param>
    /// <param name="sampleRate">Of both, in Hz.</param>
    public static (double Stoi, double Estoi) Of(double[] reference, double[] degraded, int sampleRate)
    {
        if (sampleRate != Rate)
            (reference, degraded) = (KaiserResampler.Run(reference, Rate, sampleRate), KaiserResampler.Run(degraded, Rate, sampleRate));
        (reference, degraded) = WithoutSilence(reference, degraded);
        var (x, y) = (Envelopes(reference), Envelopes(degraded));
        var segments = x[0].Length - Segment + 1;
        if (segments < 1)
            return (TooShort, TooShort);
        var (stoi, estoi) = (0.0, 0.0);
        var (ofX, ofY) = (new double[Bands, Segment], new double[Bands, Segment]);
        for (var segment = 0; segment < segments; segment++)
        {
            stoi += Correlations(x, y, segment);
            for (var band = 0; band < Bands; band++)
            {
                for (var t = 0; t < Segment; t++)
                    (ofX[band, t], ofY[band, t]) = (x[band][segment + t], y[band][segment + t]);
            }
            Normalise(ofX);
            Normalise(ofY);
            for (var band = 0; band < Bands; band++)
            {
                for (var t = 0; t < Segment; t++)
                    estoi += ofX[band, t] * ofY[band, t] / Segment;
            }
        }
        return (stoi / segments / Bands, estoi / segments);
    }

    /// <summary>The bin nearest to a frequency, the lower of two.</summary>
    private static int Bin(double hertz) => Enumerable.Range(0, (Points / 2) + 1)
        .MinBy(bin => Math.Pow(((double)Rate * bin / Points) - hertz, 2));

    /// <summary>Frames at least 40 dB below the reference's loudest one are left out of both; the others are put together again.</summary>
    private static (double[] Reference, double[] Degraded) WithoutSilence(double[] reference, double[] degraded)
    {
        var window = WindowedPowers.InnerHann(Frame);
        var frames = reference.Length <= Frame ? 0 : ((reference.Length - 1 - Frame) / Hop) + 1; // the end itself ends no frame
        var levels = new double[frames];
        for (var frame = 0; frame < frames; frame++)
        {
            var squares = 0.0;
            for (var i = 0; i < Frame; i++)
                squares += Math.Pow(reference[(frame * Hop) + i] * window[i], 2);
            levels[frame] = 20 * Math.Log10(Math.Sqrt(squares) + Epsilon);
        }
        var loudest = levels.DefaultIfEmpty().Max();
        int[] kept = [.. Enumerable.Range(0, frames).Where(frame => loudest - SilenceDb - levels[frame] < 0)];
        double[] Joined(double[] samples)
        {
            var joined = new double[kept.Length == 0 ? 0 : ((kept.Length - 1) * Hop) + Frame];
            for (var k = 0; k < kept.Length; k++)
            {
                for (var i = 0; i < Frame; i++)
                    joined[(k * Hop) + i] += samples[(kept[k] * Hop) + i] * window[i];
            }
            return joined;
        }
        return (Joined(reference), Joined(degraded));
    }

    /// <summary>[bands][frames] roots of the energies.</summary>
    private static double[][] Envelopes(double[] samples)
    {
        var spectra = new WindowedPowers(samples.Length > 0 ? samples[..^1] : [], WindowedPowers.InnerHann(Frame), Hop, Points);
        var envelopes = s_bands.Select(_ => new double[spectra.Frames]).ToArray();
        for (var frame = 0; frame < spectra.Frames; frame++)
        {
            var powers = spectra[frame];
            for (var band = 0; band < Bands; band++)
            {
                var sum = 0.0;
                for (var bin = s_bands[band].First; bin < s_bands[band].End; bin++)
                    sum += powers[bin];
                envelopes[band][frame] = Math.Sqrt(sum);
            }
        }
        return envelopes;
    }

    /// <summary>
    /// The correlations of a segment's bands, summed: the degraded one at the reference's level, and cut where it is 15 dB above it.
    /// </summary>
    private static double Correlations(double[][] x, double[][] y, int segment)
    {
        var (sum, clip, cut) = (0.0, 1 + Math.Pow(10, -LeastRatioDb / 20), new double[Segment]);
        for (var band = 0; band < Bands; band++)
        {
            var reference = x[band].AsSpan(segment, Segment);
            var degraded = y[band].AsSpan(segment, Segment);
            var level = Norm(reference, 0) / (Norm(degraded, 0) + Epsilon);
            var (ofReference, ofCut) = (0.0, 0.0);
            for (var t = 0; t < Segment; t++)
            {
                cut[t] = Math.Min(degraded[t] * level, reference[t] * clip);
                (ofReference, ofCut) = (ofReference + (reference[t] / Segment), ofCut + (cut[t] / Segment));
            }
            var (normX, normY) = (Norm(reference, ofReference) + Epsilon, Norm(cut, ofCut) + Epsilon);
            for (var t = 0; t < Segment; t++)
                sum += (reference[t] - ofReference) / normX * ((cut[t] - ofCut) / normY);
        }
        return sum;
    }

    private static double Norm(ReadOnlySpan<double> values, double mean)
    {
        var squares = 0.0;
        foreach (var value in values)
            squares += (value - mean) * (value - mean);
        return Math.Sqrt(squares);
    }

    /// <summary>Mean 0 and length 1, of each band over time first, then of each frame over the bands.</summary>
    private static void Normalise(double[,] segment)
    {
        for (var band = 0; band < Bands; band++)
            Normalise(Segment, t => ref segment[band, t]);
        for (var t = 0; t < Segment; t++)
            Normalise(Bands, band => ref segment[band, t]);
    }

    private delegate ref double Place(int index);

    private static void Normalise(int count, Place at)
    {
        var (mean, squares) = (0.0, 0.0);
        for (var i = 0; i < count; i++)
            mean += at(i) / count;
        for (var i = 0; i < count; i++)
        {
            at(i) -= mean;
            squares += at(i) * at(i);
        }
        for (var i = 0; squares > 0 && i < count; i++)
            at(i) /= Math.Sqrt(squares);
    }
}
