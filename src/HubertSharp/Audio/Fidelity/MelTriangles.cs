namespace HubertSharp.Audio.Fidelity;

/// <summary>
/// Triangular filters over the bins of a spectrum, equally wide on HTK's scale, 2595 log10(1 + f / 700). A filter that no bin lies in is
/// all zeros.
/// </summary>
internal static class MelTriangles
{
    /// <param name="filters">How many.</param>
    /// <param name="bins">Of the spectrum, from 0 to half the rate.</param>
    /// <param name="sampleRate">In Hz.</param>
    /// <param name="lowestHz">Where the first filter begins.</param>
    /// <param name="highestHz">Where the last one ends.</param>
    /// <param name="dividesByWidth">Each is divided by half its width in Hz, so that all have the same area.</param>
    /// <returns>[filters, bins] row by row.</returns>
    public static double[] Of(int filters, int bins, int sampleRate, double lowestHz, double highestHz, bool dividesByWidth)
    {
        static double Mel(double hertz) => 2595 * Math.Log10(1 + (hertz / 700));
        var (low, high) = (Mel(lowestHz), Mel(highestHz));
        var corners = Enumerable.Range(0, filters + 2)
            .Select(i => 700 * (Math.Pow(10, (low + ((high - low) * i / (filters + 1))) / 2595) - 1)).ToArray();
        var weights = new double[filters * bins];
        for (var filter = 0; filter < filters; filter++)
        {
            var (left, centre, right) = (corners[filter], corners[filter + 1], corners[filter + 2]);
            for (var bin = 0; bin < bins; bin++)
            {
                var hertz = (double)(sampleRate / 2) * bin / (bins - 1);
                var weight = Math.Max(0, Math.Min((hertz - left) / (centre - left), (right - hertz) / (right - centre)));
                weights[(filter * bins) + bin] = dividesByWidth ? weight * 2 / (right - left) : weight;
            }
        }
        return weights;
    }
}
