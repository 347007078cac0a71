using HubertSharp.Audio.Spectra;

namespace HubertSharp.Models.Mel;

/// <summary>
/// The way from a window of samples to its energies as two matrices, for GPUs and for graphs that are handed on: everything before the
/// square is linear. In double precision; <see cref="LogMelTransform"/> does the same by a fast transform.
/// </summary>
internal static class MelTables
{
    /// <summary>Factor of samples in [-1, 1]: the scale of 16-bit numbers, as Kaldi has it.</summary>
    public const float SampleScale = 1 << 15;

    /// <summary>Bins of the spectrum that have a weight.</summary>
    public const int SpectrumBins = LaneTransform.Points / 2;

    /// <summary>Mean off, pre-emphasis, window and Fourier transform.</summary>
    /// <returns>[window samples, 2 · bins]: real parts, then imaginary parts.</returns>
    public static double[] Spectrum()
    {
        const int Samples = LogMelTransform.WindowSamples;
        double[] window = [.. LogMelTransform.PoveyWindow()];
        var matrix = new double[Samples * 2 * SpectrumBins];
        for (var bin = 0; bin < SpectrumBins; bin++)
        {
            for (var part = 0; part < 2; part++)
            {
                // backwards: what a sample adds to a bin by way of itself and of its successor, less what the mean takes
                var column = new double[Samples];
                for (var i = 0; i < Samples; i++)
                {
                    var angle = -2 * Math.PI * ((long)bin * i % LaneTransform.Points) / LaneTransform.Points;
                    var weight = SampleScale * window[i] * (part == 0 ? Math.Cos(angle) : Math.Sin(angle));
                    column[i] += weight;
                    column[Math.Max(i - 1, 0)] -= LogMelTransform.Preemphasis * weight;
                }
                var mean = column.Sum() / Samples;
                for (var i = 0; i < Samples; i++)
                    matrix[(i * 2 * SpectrumBins) + (part * SpectrumBins) + bin] = column[i] - mean;
            }
        }
        return matrix;
    }

    /// <summary>The triangles.</summary>
    /// <returns>[bins, filters].</returns>
    public static float[] Filters(int filters)
    {
        var matrix = new float[SpectrumBins * filters];
        Fill(matrix, new MelFilterBank(filters));
        return matrix;
    }

    /// <summary>A bank's triangles into [bins, filters], zeroed.</summary>
    public static void Fill(Span<float> matrix, MelFilterBank bank)
    {
        var filters = bank.Count;
        for (var filter = 0; filter < filters; filter++)
        {
            for (var i = 0; i < bank.Weights[filter].Length; i++)
                matrix[((bank.FirstBin[filter] + i) * filters) + filter] = bank.Weights[filter][i];
        }
    }
}
