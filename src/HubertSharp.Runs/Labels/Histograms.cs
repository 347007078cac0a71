namespace HubertSharp.Runs.Labels;

/// <summary>Figures of label histograms, in bits.</summary>
internal static class Histograms
{
    /// <summary>Shannon entropy; 0 for an empty histogram.</summary>
    public static double EntropyBits(IReadOnlyList<long> counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        double total = counts.Sum();
        return counts.Where(c => c > 0).Sum(c => -(c / total) * Math.Log2(c / total));
    }

    /// <summary>
    /// Jensen-Shannon divergence, 0 (equal) to 1 (disjoint); the shorter one is filled up with zeros. 0 when either is empty.
    /// </summary>
    public static double JensenShannonBits(IReadOnlyList<long> a, IReadOnlyList<long> b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        double totalA = a.Sum(), totalB = b.Sum(), sum = 0;
        if (totalA == 0 || totalB == 0)
            return 0;
        for (var i = 0; i < Math.Max(a.Count, b.Count); i++)
        {
            var p = i < a.Count ? a[i] / totalA : 0;
            var q = i < b.Count ? b[i] / totalB : 0;
            var middle = (p + q) / 2;
            sum += (p > 0 ? p * Math.Log2(p / middle) : 0) + (q > 0 ? q * Math.Log2(q / middle) : 0);
        }
        return sum / 2;
    }
}
