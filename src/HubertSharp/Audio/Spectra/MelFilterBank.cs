using HubertSharp.Runs;

namespace HubertSharp.Audio.Spectra;

/// <summary>Kaldi's triangular filters, equally wide on the mel scale 1127·ln(1 + f/700), over the bins of the power spectrum.</summary>
/// <remarks>
/// torchaudio.compliance.kaldi.get_mel_banks, with its vtln_low of 100 and vtln_high of -500. The triangles are straight lines in mel, not
/// in Hz, and are not normalised.
/// </remarks>
internal sealed class MelFilterBank
{
    private const double LowestHz = 20, HighestHz = SamplingRate.Hz / 2.0;

    /// <summary>Kaldi's <c>--vtln-low</c> and <c>--vtln-high</c>: below and above, the warped axis runs straight to the ends.</summary>
    private const double WarpLowHz = 100, WarpHighHz = HighestHz - 500;

    /// <param name="count">Triangles.</param>
    /// <param name="warp">Factor of vocal tract length (Kaldi's <c>vtln_warp</c>): above 1 the triangles move down.</param>
    public MelFilterBank(int count, double warp = 1)
    {
        const int bins = LaneTransform.Points / 2; // the bin at half the sample rate has no weight
        var lowest = Mel(LowestHz);
        var step = (Mel(HighestHz) - lowest) / (count + 1);
        FirstBin = new int[count];
        Weights = new float[count][];
        for (var filter = 0; filter < count; filter++)
        {
            var (left, centre, right) = (Corner(filter), Corner(filter + 1), Corner(filter + 2));
            var weights = new float[bins];
            for (var bin = 0; bin < bins; bin++)
            {
                var mel = Mel((double)SamplingRate.Hz / LaneTransform.Points * bin);
                weights[bin] = (float)Math.Max(0, Math.Min((mel - left) / (centre - left), (right - mel) / (right - centre)));
            }
            var first = Array.FindIndex(weights, w => w > 0);
            FirstBin[filter] = Math.Max(first, 0); // narrow low filters may cover no bin at all
            Weights[filter] = first < 0 ? [] : weights[first..(Array.FindLastIndex(weights, w => w > 0) + 1)];
        }

        double Corner(int index) => warp == 1 ? lowest + (index * step) : Mel(Warped(Hertz(lowest + (index * step)), warp));
    }

    public int Count => Weights.Length;

    /// <summary>The first bin with a weight, per filter.</summary>
    public int[] FirstBin { get; }

    /// <summary>The weights from the first bin on, per filter.</summary>
    public float[][] Weights { get; }

    private static double Mel(double hertz) => 1127 * Math.Log(1 + (hertz / 700));

    private static double Hertz(double mel) => 700 * (Math.Exp(mel / 1127) - 1);

    private static double Warped(double hertz, double warp)
    {
        var (low, high) = (WarpLowHz * Math.Max(1, warp), WarpHighHz * Math.Min(1, warp));
        if (hertz < low)
            return LowestHz + (((low / warp) - LowestHz) / (low - LowestHz) * (hertz - LowestHz));
        return hertz < high
            ? hertz / warp
            : HighestHz + ((HighestHz - (high / warp)) / (HighestHz - high) * (hertz - HighestHz));
    }
}
