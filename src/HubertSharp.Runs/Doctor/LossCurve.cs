namespace HubertSharp.Runs.Doctor;

/// <summary>The arithmetic on a train curve: everything in bits, windows as logged.</summary>
internal sealed class LossCurve
{
    private readonly MetricPoint[] _finite;

    public LossCurve(MetricsSeries series, double toBits)
    {
        Series = series;
        ToBits = toBits;
        _finite = [.. series.Train.Where(p => p.Prediction is { } l && double.IsFinite(l))];
        Losses = [.. _finite.Select(p => p.Prediction!.Value * toBits)];
        Updates = [.. _finite.Select(p => (double)p.Update)];
        LastUpdate = series.Train[^1].Update;
    }

    public MetricsSeries Series { get; }

    /// <summary>Factor from the log's unit to bits.</summary>
    public double ToBits { get; }

    /// <summary>Finite masked losses in bits, with <see cref="Updates"/>.</summary>
    public double[] Losses { get; }

    public double[] Updates { get; }

    public long LastUpdate { get; }

    /// <summary>Mean over the windows of the last 5 % of the updates.</summary>
    public double? Final => Losses.Length == 0 ? null : Losses[FirstIndexOf(0.95)..].Average();

    /// <summary>Slope in bits per update over the last quarter, its standard error, and the scatter around it; null with fewer than 5 windows.</summary>
    public (double Slope, double Error, double Noise)? Trend()
    {
        var from = Math.Min(FirstIndexOf(0.75), Losses.Length - 5);
        if (from < 0)
            return null;
        var (x, y) = (Updates[from..], Losses[from..]);
        double n = x.Length, meanX = x.Average(), meanY = y.Average();
        var sxx = x.Sum(v => (v - meanX) * (v - meanX));
        var slope = x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Sum() / sxx;
        var noise = Math.Sqrt(x.Zip(y, (a, b) => Math.Pow(b - meanY - (slope * (a - meanX)), 2)).Sum() / (n - 2));
        return (slope, noise / Math.Sqrt(sxx), noise);
    }

    /// <summary>The lowest mean over a stretch of as many windows as <see cref="Final"/> has (at least 3), and the update of its end.</summary>
    public (double Loss, double Update)? Best()
    {
        var width = Math.Max(3, Losses.Length - FirstIndexOf(0.95));
        if (Losses.Length < width)
            return null;
        var sum = Losses.Take(width).Sum();
        var best = (sum / width, Updates[width - 1]);
        for (var i = width; i < Losses.Length; i++)
        {
            sum += Losses[i] - Losses[i - width];
            if (sum / width < best.Item1)
                best = (sum / width, Updates[i]);
        }
        return best;
    }

    /// <summary>Windows that stand out above the ten before them by half a bit and by 6 times their scatter.</summary>
    public IReadOnlyList<double> Spikes()
    {
        var spikes = new List<double>();
        for (var i = 10; i < Losses.Length; i++)
        {
            var before = Losses[(i - 10)..i].Order().ToArray();
            var scatter = before[7] - before[2];
            if (Losses[i] - before[5] > Math.Max(0.5, 6 * scatter) && (spikes.Count == 0 || Updates[i] - spikes[^1] > Updates[i] - Updates[i - 10]))
                spikes.Add(Updates[i]);
        }
        return spikes;
    }

    /// <summary>Median of a value over the windows between two shares of the updates; null where the log has none there.</summary>
    public double? Median(Func<MetricPoint, double?> value, double fromShare, double toShare = 1)
    {
        var values = Series.Train.Where(p => p.Update >= fromShare * LastUpdate && p.Update <= toShare * LastUpdate)
            .Select(value).OfType<double>().Where(double.IsFinite).Order().ToArray();
        return values.Length == 0 ? null : values[values.Length / 2];
    }

    /// <summary>Mean of a value over the windows of the last 5 %.</summary>
    public double? FinalMean(Func<MetricPoint, double?> value)
    {
        var values = Series.Train.Where(p => p.Update > 0.95 * LastUpdate).Select(value).OfType<double>().Where(double.IsFinite).ToArray();
        return values.Length == 0 ? null : values.Average();
    }

    /// <summary>Where the learning rate stands on its way up and down.</summary>
    public string LearningRatePhase()
    {
        var rates = Series.Train.Select(p => p.LearningRate).OfType<double>().Where(double.IsFinite).ToArray();
        if (rates.Length == 0)
            return "unknown";
        var peak = rates.Max();
        if (peak == 0)
            return "unknown";
        if (rates.Length > 1 && rates[^1] <= 0.01 * peak)
            return "finished";
        return rates[^1] < 0.999 * peak ? "decay" : rates.Length > 1 && rates[^2] < 0.999 * peak ? "warmup" : rates.Length > 1 ? "peak" : "unknown";
    }

    private int FirstIndexOf(double share)
    {
        var index = Array.FindIndex(Updates, u => u > share * Updates[^1]);
        return index < 0 ? Updates.Length - 1 : index;
    }
}
