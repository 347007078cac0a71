using System.Numerics;

namespace HubertSharp.Audio.Fidelity.Visqol;

/// <summary>
/// Consecutive frames of a <see cref="GammatoneSpectrogram"/>, and how alike two of them are: NSIM, the neurogram similarity index (Hines
/// and Harte 2012), which is structural similarity without its term of contrast, over a window of 3 × 3.
/// </summary>
internal sealed class SpectrogramPatch
{
    private const double Corner = 0.0113033910173052, Edge = 0.0838251475442633, Centre = 0.619485845753726;
    private const double OfIntensity = 0.01 * 0.01, OfStructure = 0.03 * 0.03 / 2;

    // a column more at either side repeats the outermost one, and what is behind them makes up whole vectors
    private static readonly int s_groups = (GammatoneFilters.Bands + Vector<double>.Count - 1) / Vector<double>.Count;
    private static readonly int s_row = (s_groups * Vector<double>.Count) + 2;

    private readonly double[] _values, _means, _variances; // [frames + 2][row], [frames][row - 2] twice
    private readonly int _frames;

    /// <param name="spectrogram">Its values; frames behind its end are 0.</param>
    /// <param name="first">Frame, from 0.</param>
    /// <param name="frames">At least 1.</param>
    public SpectrogramPatch(GammatoneSpectrogram spectrogram, int first, int frames)
    {
        _frames = frames;
        _values = new double[(frames + 2) * s_row];
        for (var frame = -1; frame <= frames; frame++)
        {
            var from = first + Math.Clamp(frame, 0, frames - 1);
            if (from >= spectrogram.Frames)
                continue;
            var bands = spectrogram[from];
            var row = _values.AsSpan((frame + 1) * s_row, s_row);
            bands.CopyTo(row[1..]);
            (row[0], row[bands.Length + 1]) = (bands[0], bands[^1]);
        }
        (_means, _variances) = (Smoothed(_values), Smoothed(Products(_values, _values)));
        for (var i = 0; i < _means.Length; i++)
            _variances[i] -= _means[i] * _means[i];
    }

    /// <summary>The similarity of each band, the mean over the frames; 1 is the same.</summary>
    /// <param name="other">Of as many frames.</param>
    public double[] BandSimilarities(SpectrogramPatch other)
    {
        var joint = Smoothed(Products(_values, other._values));
        var sums = new double[s_groups * Vector<double>.Count];
        var (ofIntensity, ofStructure) = (new Vector<double>(OfIntensity), new Vector<double>(OfStructure));
        for (var group = 0; group < s_groups; group++)
        {
            var sum = Vector<double>.Zero;
            for (var frame = 0; frame < _frames; frame++)
            {
                var at = (frame * sums.Length) + (group * Vector<double>.Count);
                var (x, y) = (new Vector<double>(_means, at), new Vector<double>(other._means, at));
                var product = x * y;
                var deviations = new Vector<double>(_variances, at) * new Vector<double>(other._variances, at);
                // rounding makes a variance of silence negative
                var structure = ofStructure + Vector.SquareRoot(Vector.Max(deviations, Vector<double>.Zero));
                sum += (product + product + ofIntensity) * (new Vector<double>(joint, at) - product + ofStructure)
                    / (((x * x) + (y * y) + ofIntensity) * structure);
            }
            sum.CopyTo(sums, group * Vector<double>.Count);
        }
        return [.. sums.Take(GammatoneFilters.Bands).Select(sum => sum / _frames)];
    }

    private static double[] Products(double[] x, double[] y)
    {
        var products = new double[x.Length];
        for (var i = 0; i < products.Length; i++)
            products[i] = x[i] * y[i];
        return products;
    }

    private double[] Smoothed(double[] values)
    {
        var (width, smoothed) = (s_groups * Vector<double>.Count, new double[_frames * s_groups * Vector<double>.Count]);
        Vector<double> At(int frame, int column) => new(values, (frame * s_row) + column);
        for (var frame = 0; frame < _frames; frame++)
        {
            for (var column = 0; column < width; column += Vector<double>.Count)
            {
                var corners = At(frame, column) + At(frame, column + 2) + At(frame + 2, column) + At(frame + 2, column + 2);
                var edges = At(frame, column + 1) + At(frame + 1, column) + At(frame + 1, column + 2) + At(frame + 2, column + 1);
                ((corners * Corner) + (edges * Edge) + (At(frame + 1, column + 1) * Centre)).CopyTo(smoothed, (frame * width) + column);
            }
        }
        return smoothed;
    }
}
