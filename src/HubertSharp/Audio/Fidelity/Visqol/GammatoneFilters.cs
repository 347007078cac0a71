using System.Numerics;

namespace HubertSharp.Audio.Fidelity.Visqol;

/// <summary>
/// Gammatone filters of order 4 (Slaney 1993, Apple TR 35), bands at equal distances on the ERB scale of Glasberg and Moore, as ViSQOL has
/// them for speech: 21 from 50 Hz to 8 kHz. Each is a chain of four recursive sections of second order. All bands are computed together.
/// </summary>
internal sealed class GammatoneFilters
{
    public const int Bands = 21;

    private const int Sections = 4;
    private const double LowestHz = 50, HighestHz = 8000, EarQuality = 9.26449, LeastBandwidth = 24.7;

    private static readonly int s_groups = (Bands + Vector<double>.Count - 1) / Vector<double>.Count;

    private readonly Vector<double>[,] _before; // [section, group]: what the sample before counts
    private readonly Vector<double>[] _now, _first, _second; // of the first section, with the gain; and the two feedbacks
    private readonly Vector<double> _period;

    /// <param name="sampleRate">In Hz.</param>
    public GammatoneFilters(int sampleRate)
    {
        var period = 1.0 / sampleRate;
        var (now, first, second) = (new double[Bands], new double[Bands], new double[Bands]);
        var before = new double[Sections][];
        for (var section = 0; section < Sections; section++)
            before[section] = new double[Bands];
        var highest = Math.Min(HighestHz, sampleRate / 2.0);
        var offset = EarQuality * LeastBandwidth;
        for (var band = 0; band < Bands; band++)
        {
            var share = (double)(Bands - band) / Bands; // 1 is the lowest frequency
            var hertz = Math.Exp(share * (Math.Log(LowestHz + offset) - Math.Log(highest + offset))) * (highest + offset) - offset;
            var width = 1.019 * 2 * Math.PI * ((hertz / EarQuality) + LeastBandwidth) * period;
            var angle = 2 * Math.PI * hertz * period;
            var (sine, cosine) = Math.SinCos(angle);
            double[] zeros = [Math.Sqrt(3 + Math.Pow(2, 1.5)), -Math.Sqrt(3 + Math.Pow(2, 1.5)), Math.Sqrt(3 - Math.Pow(2, 1.5)),
                -Math.Sqrt(3 - Math.Pow(2, 1.5))];
            var turned = Complex.Exp(new Complex(0, 2 * angle));
            var narrowed = Complex.Exp(new Complex(-width, angle));
            var gain = Complex.One;
            for (var section = 0; section < Sections; section++)
            {
                before[section][band] = -period * Math.Exp(-width) * (cosine + (zeros[section] * sine));
                gain *= 2 * period * (-turned + (narrowed * (cosine - (zeros[section] * sine))));
            }
            gain /= Complex.Pow((-2 * Math.Exp(-2 * width)) - (2 * turned) + (2 * (1 + turned) * Math.Exp(-width)), Sections);
            (now[band], before[0][band]) = (period / gain.Magnitude, before[0][band] / gain.Magnitude);
            (first[band], second[band]) = (2 * cosine * Math.Exp(-width), -Math.Exp(-2 * width));
        }
        _period = new Vector<double>(period);
        (_now, _first, _second) = (Grouped(now), Grouped(first), Grouped(second));
        _before = new Vector<double>[Sections, s_groups];
        for (var section = 0; section < Sections; section++)
        {
            var groups = Grouped(before[section]);
            for (var group = 0; group < s_groups; group++)
                _before[section, group] = groups[group];
        }
    }

    /// <summary>The root of the mean power that each band passes of a frame, from silence on; the lowest band first.</summary>
    /// <param name="frame">Samples.</param>
    /// <param name="levels">[<see cref="Bands"/>].</param>
    public void Levels(ReadOnlySpan<double> frame, Span<double> levels)
    {
        Span<double> lanes = stackalloc double[Vector<double>.Count];
        for (var group = 0; group < s_groups; group++)
        {
            Vector.SquareRoot(Powers(frame, group) / new Vector<double>(frame.Length)).CopyTo(lanes);
            var bands = Math.Min(lanes.Length, Bands - (group * lanes.Length));
            lanes[..bands].CopyTo(levels[(group * lanes.Length)..]);
        }
    }

    private Vector<double> Powers(ReadOnlySpan<double> frame, int group)
    {
        var (now, first, second, period) = (_now[group], _first[group], _second[group], _period);
        var (before1, before2, before3, before4) = (_before[0, group], _before[1, group], _before[2, group], _before[3, group]);
        // what each section keeps of the samples before the next one
        Vector<double> next1 = default, next2 = default, next3 = default, next4 = default;
        Vector<double> then1 = default, then2 = default, then3 = default, then4 = default, sum = default;
        foreach (var sample in frame)
        {
            var x = new Vector<double>(sample);
            var y1 = (now * x) + next1;
            (next1, then1) = ((before1 * x) + then1 + (first * y1), second * y1);
            var y2 = (period * y1) + next2;
            (next2, then2) = ((before2 * y1) + then2 + (first * y2), second * y2);
            var y3 = (period * y2) + next3;
            (next3, then3) = ((before3 * y2) + then3 + (first * y3), second * y3);
            var y4 = (period * y3) + next4;
            (next4, then4) = ((before4 * y3) + then4 + (first * y4), second * y4);
            sum += y4 * y4;
        }
        return sum;
    }

    private static Vector<double>[] Grouped(double[] bands)
    {
        var padded = new double[s_groups * Vector<double>.Count];
        bands.CopyTo(padded, 0);
        return [.. Enumerable.Range(0, s_groups).Select(group => new Vector<double>(padded, group * Vector<double>.Count))];
    }
}
