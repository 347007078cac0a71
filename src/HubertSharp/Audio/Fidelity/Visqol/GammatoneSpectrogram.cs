namespace HubertSharp.Audio.Fidelity.Visqol;

/// <summary>Levels of the bands of <see cref="GammatoneFilters"/> in frames of 80 ms, a quarter of which is the step, in dB.</summary>
internal sealed class GammatoneSpectrogram
{
    private const double FloorDb = -45, BelowLoudestDb = 45, OfSilence = 2.220446049250313e-16;

    private readonly double[][] _frames; // [frame][band]

    private GammatoneSpectrogram(double[][] frames) => _frames = frames;

    public int Frames => _frames.Length;

    /// <summary>The bands of a frame, the lowest first.</summary>
    /// <param name="frame">From 0.</param>
    public ReadOnlySpan<double> this[int frame] => _frames[frame];

    /// <summary>Samples of a frame.</summary>
    /// <param name="sampleRate">In Hz.</param>
    public static int FrameLength(int sampleRate) => (int)Math.Round(sampleRate * 0.08);

    /// <summary>Samples from a frame to the next.</summary>
    /// <param name="sampleRate">In Hz.</param>
    public static int Hop(int sampleRate) => (int)(FrameLength(sampleRate) * 0.25);

    /// <summary>
    /// The spectrograms of two signals as they are compared: 10 log10 of the levels, at least -45 dB, at least 45 dB below the loudest band
    /// that either has in that frame, and the lowest value of both as 0. Null where one is no longer than a frame.
    /// </summary>
    /// <param name="original"><see cref="Levels"/> of a signal.</param>
    /// <param name="copy">Those of another.</param>
    public static (GammatoneSpectrogram Original, GammatoneSpectrogram Copy)? Of(
        IReadOnlyList<double[]> original, IReadOnlyList<double[]> copy)
    {
        if (Math.Min(original.Count, copy.Count) == 0)
            return null;
        double[][] x = [.. original.Select(bands => (double[])bands.Clone())], y = [.. copy.Select(bands => (double[])bands.Clone())];
        for (var frame = 0; frame < Math.Min(x.Length, y.Length); frame++)
        {
            var floor = Math.Max(x[frame].Max(), y[frame].Max()) - BelowLoudestDb;
            foreach (var bands in new[] { x[frame], y[frame] })
            {
                for (var band = 0; band < bands.Length; band++)
                    bands[band] = Math.Max(floor, bands[band]);
            }
        }
        var lowest = Math.Min(x.Min(bands => bands.Min()), y.Min(bands => bands.Min()));
        foreach (var bands in x.Concat(y))
        {
            for (var band = 0; band < bands.Length; band++)
                bands[band] -= lowest;
        }
        return (new GammatoneSpectrogram(x), new GammatoneSpectrogram(y));
    }

    /// <summary>What a spectrogram is made of: the bands of each frame in dB; none where the signal is no longer than a frame.</summary>
    /// <param name="filters">Of its rate.</param>
    /// <param name="samples">The signal.</param>
    /// <param name="sampleRate">In Hz.</param>
    public static IReadOnlyList<double[]> Levels(GammatoneFilters filters, ReadOnlySpan<double> samples, int sampleRate)
    {
        var (length, hop) = (FrameLength(sampleRate), Hop(sampleRate));
        if (samples.Length <= length)
            return [];
        var window = new double[length];
        for (var i = 0; i < length; i++)
            window[i] = 0.5 - (0.5 * Math.Cos(2 * Math.PI * i / (length - 1)));
        var frames = new double[1 + ((samples.Length - length) / hop)][];
        var weighed = new double[length];
        for (var frame = 0; frame < frames.Length; frame++)
        {
            for (var i = 0; i < length; i++)
                weighed[i] = samples[(frame * hop) + i] * window[i];
            var bands = new double[GammatoneFilters.Bands];
            filters.Levels(weighed, bands);
            for (var band = 0; band < bands.Length; band++)
                bands[band] = Math.Max(FloorDb, 10 * Math.Log10(bands[band] == 0 ? OfSilence : bands[band]));
            frames[frame] = bands;
        }
        return frames;
    }
}
