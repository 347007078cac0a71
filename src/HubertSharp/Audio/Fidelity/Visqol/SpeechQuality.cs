namespace HubertSharp.Audio.Fidelity.Visqol;

/// <summary>
/// ViSQOL's speech mode (Chinen et al. 2020, version 3) with its exponential form, which needs no model: how good a copy of speech sounds,
/// from the similarity of gammatone spectrograms, patch by patch. The program's arithmetic is kept, oddities too.
/// </summary>
internal sealed class SpeechQuality
{
    /// <summary>The best score.</summary>
    public const double Best = 5;

    private const double Worst = 1, Unlike = 0.15, Offset = -262.847869, Rate = 0.0154302525, Start = -361.063949;
    private const float Scale = 1.245063f; // the same comes to 5

    private readonly GammatoneFilters _filters;
    private readonly int _sampleRate;

    private readonly double[] _original;
    private readonly IReadOnlyList<double[]> _levels; // of the original
    private readonly IReadOnlyList<int> _patches; // their first frames

    /// <param name="original">The recording that copies are compared with.</param>
    /// <param name="sampleRate">Of it and of its copies, in Hz; 16 kHz is what the scores were fitted for.</param>
    public SpeechQuality(double[] original, int sampleRate)
    {
        (_original, _filters, _sampleRate) = (original, new GammatoneFilters(sampleRate), sampleRate);
        _levels = GammatoneSpectrogram.Levels(_filters, original, sampleRate);
        _patches = _levels.Count == 0 ? [] : SpeechPatches.Of(original, _levels.Count, sampleRate);
    }

    /// <summary>
    /// The predicted mean opinion score, from 1 to 5. NaN where there is nothing to compare: less than 0.66 s (at 16 kHz), nobody speaks,
    /// or the copy is silent.
    /// </summary>
    /// <param name="copy">What became of the recording.</param>
    public double Of(double[] copy)
    {
        if (_patches.Count == 0 || copy.Length <= GammatoneSpectrogram.FrameLength(_sampleRate))
            return double.NaN;
        copy = Shifted(copy, EnvelopeLag.Of(_original, copy));
        var scale = Math.Sqrt(MeanSquare(_original) / MeanSquare(copy));
        if (!double.IsFinite(scale) || scale == 0)
            return double.NaN;
        copy = Array.ConvertAll(copy, sample => sample * scale);
        if (GammatoneSpectrogram.Of(_levels, GammatoneSpectrogram.Levels(_filters, copy, _sampleRate)) is not var (x, y))
            return double.NaN;
        var places = PatchMatching.Of(x, y, _patches);
        if (places.Count == 0)
            return double.NaN;
        var similarity = places.Select((place, patch) => place is { } found
            ? Math.Max(found.Similarity, Aligned(_patches[patch], copy, found.Frame))
            : 0).Average();
        return similarity < Unlike ? Worst
            : Math.Clamp((Offset + Math.Exp(Rate * (similarity - Start))) * Scale, Worst, Best);
    }

    /// <summary>The similarity of two patches whose samples are shifted to where they fit best.</summary>
    private double Aligned(int ofOriginal, double[] copy, int ofCopy)
    {
        var (x, y) = (Slice(_original, ofOriginal), Slice(copy, ofCopy));
        var lag = EnvelopeLag.Of(x, y);
        y = Shifted(y, lag);
        if (x.Length > y.Length)
            x = x[..y.Length];
        else if (x.Length < y.Length)
        {
            var skipped = (int)((double)lag / _sampleRate * _sampleRate); // may be one less than the lag
            (x, y) = (x[skipped..], y[skipped..x.Length]);
        }
        if (GammatoneSpectrogram.Of(GammatoneSpectrogram.Levels(_filters, x, _sampleRate),
            GammatoneSpectrogram.Levels(_filters, y, _sampleRate)) is not var (ofX, ofY))
            return double.NegativeInfinity;
        return new SpectrogramPatch(ofX, 0, ofX.Frames).BandSimilarities(new SpectrogramPatch(ofY, 0, ofY.Frames)).Average();
    }

    /// <summary>
    /// The samples of a patch, in the program's seconds; what is missing at the end is put before them, where a shift mends it.
    /// </summary>
    private double[] Slice(double[] samples, int frame)
    {
        var step = GammatoneSpectrogram.FrameLength(_sampleRate) * 0.25 / _sampleRate;
        var from = frame * step;
        var to = from + (step * SpeechPatches.Frames);
        var (first, end) = ((int)(from * _sampleRate), Math.Min(samples.Length - 1, (int)(to * _sampleRate)));
        var missing = Math.Max(0, (int)((to * _sampleRate) - samples.Length));
        return [.. new double[missing], .. samples[first..end]];
    }

    private static double[] Shifted(double[] samples, int lag) =>
        lag < 0 ? samples[-lag..] : lag > 0 ? [.. new double[lag], .. samples] : samples;

    private static double MeanSquare(double[] samples)
    {
        var sum = 0.0;
        foreach (var sample in samples)
            sum += sample * sample;
        return sum / samples.Length;
    }
}
