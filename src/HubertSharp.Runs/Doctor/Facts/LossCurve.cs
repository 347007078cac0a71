using HubertSharp.Runs.Doctor.Logs;

namespace HubertSharp.Runs.Doctor.Facts;

/// <summary>The arithmetic on a train curve: losses in bits (sums as they are), lines as logged.</summary>
internal sealed class LossCurve
{
    /// <summary>Below this share of the differences they are a curve's, not noise's.</summary>
    private const double MostBend = 0.6;

    public LossCurve(MetricsSeries series, double toBits)
    {
        Series = series;
        ToBits = toBits;
        MetricPoint[] finite = [.. series.Train.Where(p => p.Prediction is { } l && double.IsFinite(l))];
        Losses = [.. finite.Select(p => p.Prediction!.Value * toBits)];
        Updates = [.. finite.Select(p => (double)p.Update)];
        LastUpdate = series.Train[^1].Update;
        Noise = NoiseOf(Losses, Updates);
    }

    public MetricsSeries Series { get; }

    /// <summary>Factor from the log's unit to bits.</summary>
    public double ToBits { get; }

    /// <summary>Finite masked losses, with <see cref="Updates"/>.</summary>
    public double[] Losses { get; }

    public double[] Updates { get; }

    public long LastUpdate { get; }

    /// <summary>Standard deviation of one line around the curve, from its neighbours; 0 with fewer than 4 lines.</summary>
    public double Noise { get; }

    /// <summary>Mean over the lines of the last 5% of the updates.</summary>
    public double? Final => Losses.Length == 0 ? null : Losses[FirstIndexOf(0.95)..].Average();

    /// <summary>Standard error of <see cref="Final"/>.</summary>
    public double FinalError => Noise / Math.Sqrt(Math.Max(1, Losses.Length - FirstIndexOf(0.95)));

    /// <summary>
    /// Mean over the lines of the last quarter of the updates, with its standard error: older, but surer than <see cref="Final"/>.
    /// </summary>
    public (double Loss, double Error)? Late => Losses.Length == 0 ? null
        : (Losses[FirstIndexOf(0.75)..].Average(), Noise / Math.Sqrt(Losses.Length - FirstIndexOf(0.75)));

    /// <summary>
    /// Slope per update over the last quarter, its standard error (lines follow each other, which widens it), and the scatter around it;
    /// null with fewer than 5 lines.
    /// </summary>
    public (double Slope, double Error, double Noise)? Trend()
    {
        var from = Math.Min(FirstIndexOf(0.75), Losses.Length - 5);
        return from < 0 ? null : Line(Updates.AsSpan(from), Losses.AsSpan(from));
    }

    /// <summary>Slope per factor e of the updates over their last three quarters, with its error; null with fewer than 8 lines.</summary>
    public (double Slope, double Error)? LogTrend()
    {
        var from = FirstIndexOf(0.25);
        if (Losses.Length - from < 8 || Updates[from] <= 0)
            return null;
        var (slope, error, _) = Line([.. Updates[from..].Select(u => Math.Log(u))], Losses.AsSpan(from));
        return (slope, error);
    }

    /// <summary>
    /// The lowest mean over a stretch of as many lines as <see cref="Final"/> has (at least 3), and the update of its end.
    /// </summary>
    public (double Loss, double Update, int Width)? Best()
    {
        var width = Math.Max(3, Losses.Length - FirstIndexOf(0.95));
        if (Losses.Length < width)
            return null;
        var sum = Losses.Take(width).Sum();
        var best = (Loss: sum / width, Update: Updates[width - 1], width);
        for (var i = width; i < Losses.Length; i++)
        {
            sum += Losses[i] - Losses[i - width];
            if (sum / width < best.Loss)
                best = (sum / width, Updates[i], width);
        }
        return best;
    }

    /// <summary>Median of a value over the lines between two shares of the updates; null where the log has none there.</summary>
    public double? Median(Func<MetricPoint, double?> value, double fromShare, double toShare = 1)
    {
        var values = Series.Train.Where(p => p.Update >= fromShare * LastUpdate && p.Update <= toShare * LastUpdate)
            .Select(value).OfType<double>().Where(double.IsFinite).Order().ToArray();
        return values.Length == 0 ? null : values[values.Length / 2];
    }

    /// <summary>Mean of a value over the lines of the last 5%, else its last value.</summary>
    public double? FinalMean(Func<MetricPoint, double?> value)
    {
        var values = Series.Train.Where(p => p.Update > 0.95 * LastUpdate).Select(value).OfType<double>().Where(double.IsFinite).ToArray();
        return values.Length == 0 ? Values(value) is [.., var last] ? last.Value : null : values.Average();
    }

    /// <summary>The finite values of a metric with their updates.</summary>
    public IReadOnlyList<(double Update, double Value)> Values(Func<MetricPoint, double?> value) =>
        [.. Series.Train.Where(p => value(p) is { } v && double.IsFinite(v)).Select(p => ((double)p.Update, value(p)!.Value))];

    /// <summary>Index of the first line after a share of the updates; the last line's where there is none.</summary>
    public int FirstIndexOf(double share)
    {
        if (Updates.Length == 0)
            return 0;
        var index = Array.FindIndex(Updates, u => u > share * Updates[^1]);
        return index < 0 ? Updates.Length - 1 : index;
    }

    private static (double Slope, double Error, double Noise) Line(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        double n = x.Length, meanX = Mean(x), meanY = Mean(y), sxx = 0, sxy = 0;
        for (var i = 0; i < x.Length; i++)
        {
            sxx += (x[i] - meanX) * (x[i] - meanX);
            sxy += (x[i] - meanX) * (y[i] - meanY);
        }
        if (sxx == 0)
            return (0, double.PositiveInfinity, 0);
        var slope = sxy / sxx;
        double squares = 0, products = 0, before = 0;
        for (var i = 0; i < x.Length; i++)
        {
            var residual = y[i] - meanY - (slope * (x[i] - meanX));
            squares += residual * residual;
            products += i > 0 ? residual * before : 0;
            before = residual;
        }
        var noise = Math.Sqrt(squares / (n - 2));
        var correlation = squares > 0 ? Math.Clamp(products / squares, 0, 0.9) : 0;
        return (slope, noise / Math.Sqrt(sxx) * Math.Sqrt((1 + correlation) / (1 - correlation)), noise);
    }

    private static double Mean(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (var value in values)
            sum += value;
        return sum / values.Length;
    }

    // The median is blind to spikes; neighbours' differences are blind to a slow curve, the way to the middle between both neighbours
    // to a steep one as well. Noise alone gives both the same size: only a curve makes the second much smaller.
    internal static double NoiseOf(double[] losses, double[]? updates = null)
    {
        if (losses.Length < 4)
            return 0;
        var differences = new double[losses.Length - 1];
        for (var i = 1; i < losses.Length; i++)
            differences[i - 1] = Math.Abs(losses[i] - losses[i - 1]) / Math.Sqrt(2);
        var bends = new double[losses.Length - 2];
        for (var i = 1; i < losses.Length - 1; i++)
        {
            // losses fall about evenly with the logarithm of the updates
            var place = updates is null ? 0.5 : Place(Math.Log(1 + updates[i - 1]), Math.Log(1 + updates[i]), Math.Log(1 + updates[i + 1]));
            var middle = losses[i - 1] + (place * (losses[i + 1] - losses[i - 1]));
            bends[i - 1] = Math.Abs(losses[i] - middle) / Math.Sqrt(1 + (place * place) + ((1 - place) * (1 - place)));
        }
        var (between, around) = (LateMedian(differences), LateMedian(bends));
        return (around < MostBend * between ? around : between) / 0.6745;
    }

    private static double Place(double before, double here, double after) =>
        before <= here && here <= after && before < after ? (here - before) / (after - before) : 0.5;

    private static double LateMedian(double[] values)
    {
        var late = values[(values.Length / 3)..].Order().ToArray();
        return late[late.Length / 2];
    }
}
