namespace HubertSharp.Audio.Fidelity;

/// <summary>How far two waveforms are from each other in mel energies. Both are as long as the shorter one.</summary>
internal static class MelDistances
{
    /// <summary>The resolutions of SpeechTokenizer's training: points of the transform and of the window, and the hop.</summary>
    public static IReadOnlyList<(int Points, int Hop)> Resolutions { get; } = [(1024, 240), (512, 120), (256, 60), (128, 30)];

    private const int TokenizerFilters = 80, Coefficients = 13;
    private const double Floor = 1e-5, MagnitudeFloor = 1e-9, HighestHz = 8000;

    private const int AudioCraftFilters = 64, FirstScale = 6, LastScale = 10;
    private const double AudioCraftLowestHz = 64;

    /// <summary>
    /// The mean absolute difference of natural logarithms of mel magnitudes, as SpeechTokenizer's training has it at each of its
    /// <see cref="Resolutions"/>.
    /// </summary>
    public static double Tokenizer(double[] x, double[] y, int sampleRate, int points, int hop)
    {
        var (a, b) = (Magnitudes(x, sampleRate, points, hop), Magnitudes(y, sampleRate, points, hop));
        var sum = 0.0;
        for (var frame = 0; frame < a.Frames; frame++)
        {
            var ofX = a[frame];
            var ofY = b[frame];
            for (var filter = 0; filter < ofX.Length; filter++)
                sum += Math.Abs(Log(ofX[filter]) - Log(ofY[filter]));
        }
        return sum / a.Frames / TokenizerFilters;
    }

    /// <summary>
    /// Mel-cepstral distortion in dB: the difference of the cosine transforms of the log mel magnitudes at the first resolution, without
    /// the first coefficient, which is the level. Frames are compared as they stand.
    /// </summary>
    public static double Cepstral(double[] x, double[] y, int sampleRate)
    {
        var (points, hop) = Resolutions[0];
        var (a, b) = (Magnitudes(x, sampleRate, points, hop), Magnitudes(y, sampleRate, points, hop));
        var cosines = new double[Coefficients, TokenizerFilters]; // the transform is orthonormal
        for (var d = 0; d < Coefficients; d++)
        {
            for (var m = 0; m < TokenizerFilters; m++)
                cosines[d, m] = Math.Sqrt(2.0 / TokenizerFilters) * Math.Cos(Math.PI * (d + 1) * (m + 0.5) / TokenizerFilters);
        }
        var (sum, apart) = (0.0, new double[TokenizerFilters]);
        for (var frame = 0; frame < a.Frames; frame++)
        {
            var ofX = a[frame];
            var ofY = b[frame];
            for (var m = 0; m < apart.Length; m++)
                apart[m] = Log(ofX[m]) - Log(ofY[m]);
            var squares = 0.0;
            for (var d = 0; d < Coefficients; d++)
            {
                var coefficient = 0.0;
                for (var m = 0; m < apart.Length; m++)
                    coefficient += cosines[d, m] * apart[m];
                squares += coefficient * coefficient;
            }
            sum += Math.Sqrt(2 * squares);
        }
        return 10 / Math.Log(10) * sum / a.Frames;
    }

    /// <summary>
    /// The multi-scale distance of audiocraft's EnCodec recipe: over windows of 64 to 1024 samples, the mean absolute difference of mel
    /// powers and the mean squared difference of their log10, weighted alike.
    /// </summary>
    /// <param name="weightsByScale">The logarithms weigh √(points − 1), as its class has it by default.</param>
    public static double AudioCraft(double[] x, double[] y, int sampleRate, bool weightsByScale = false)
    {
        var (sum, weights) = (0.0, 0.0);
        for (var scale = FirstScale; scale <= LastScale; scale++)
        {
            var points = 1 << scale;
            var weight = weightsByScale ? Math.Sqrt(points - 1) : 1;
            var (a, b) = (Powers(x, sampleRate, points), Powers(y, sampleRate, points));
            var (absolute, squared) = (0.0, 0.0);
            for (var frame = 0; frame < a.Frames; frame++)
            {
                var ofX = a[frame];
                var ofY = b[frame];
                for (var filter = 0; filter < ofX.Length; filter++)
                {
                    absolute += Math.Abs(ofX[filter] - ofY[filter]);
                    var apart = Math.Log10(Floor + ofX[filter]) - Math.Log10(Floor + ofY[filter]);
                    squared += apart * apart;
                }
            }
            sum += (absolute + (weight * squared)) / a.Frames / AudioCraftFilters;
            weights += weight + 1;
        }
        return sum / weights;
    }

    private static double Log(double magnitude) => Math.Log(Math.Max(Floor, magnitude));

    private static MelEnergies Magnitudes(double[] samples, int sampleRate, int points, int hop) => new(
        new WindowedPowers(
            WindowedPowers.Reflected(samples, (points - hop) / 2, Lacking(samples.Length, points, hop, toFull: false)),
            WindowedPowers.PeriodicHann(points), hop, points),
        MelTriangles.Of(TokenizerFilters, (points / 2) + 1, sampleRate, 0, HighestHz, dividesByWidth: true),
        power => Math.Sqrt(power) + MagnitudeFloor);

    /// <summary>Of a transform that keeps the energy.</summary>
    private static MelEnergies Powers(double[] samples, int sampleRate, int points)
    {
        var (hop, window) = (points / 4, WindowedPowers.PeriodicHann(points));
        var energy = window.Sum(weight => weight * weight);
        return new MelEnergies(
            new WindowedPowers(WindowedPowers.Reflected(samples, (points - hop) / 2, Lacking(samples.Length, points, hop, toFull: true)),
                window, hop, points),
            MelTriangles.Of(AudioCraftFilters, (points / 2) + 1, sampleRate, AudioCraftLowestHz, HighestHz, dividesByWidth: false),
            power => power / energy);
    }

    /// <summary>Zeros that the last frame needs; without <paramref name="toFull"/> only where there is no frame at all.</summary>
    private static int Lacking(int samples, int points, int hop, bool toFull)
    {
        var length = samples + ((points - hop) / 2 * 2);
        return length < points ? points - length : toFull ? (hop - ((length - points) % hop)) % hop : 0;
    }
}
