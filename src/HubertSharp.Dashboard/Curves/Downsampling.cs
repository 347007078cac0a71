namespace HubertSharp.Dashboard.Curves;

/// <summary>Thins a curve to what a chart can show: per bucket its lowest and its highest point, so that no spike is lost.</summary>
internal static class Downsampling
{
    /// <summary>Points of the curve between two positions.</summary>
    /// <param name="x">Ascending.</param>
    /// <param name="y">As long as <paramref name="x"/>; NaN where there is no value.</param>
    /// <param name="buckets">Buckets of equal width; at most two points come back for each, and the first and the last point.</param>
    /// <returns>Points as measured, by ascending x; none is made up.</returns>
    public static CurvePoints MinMax(ReadOnlySpan<double> x, ReadOnlySpan<float> y, int buckets)
    {
        var (xs, ys) = (new List<double>(), new List<float>());
        if (x.Length <= 2 * buckets)
        {
            for (var i = 0; i < x.Length; i++)
                Add(x, y, i, xs, ys);
            return new CurvePoints(xs, ys);
        }
        var width = (x[^1] - x[0]) / buckets;
        for (var start = 0; start < x.Length;)
        {
            var bucket = width > 0 ? Math.Min(buckets - 1, (int)((x[start] - x[0]) / width)) : 0;
            var end = start + 1;
            while (end < x.Length && (width > 0 ? Math.Min(buckets - 1, (int)((x[end] - x[0]) / width)) : 0) == bucket)
                end++;
            AddBucket(x, y, start, end, xs, ys);
            start = end;
        }
        return new CurvePoints(xs, ys);
    }

    private static void AddBucket(ReadOnlySpan<double> x, ReadOnlySpan<float> y, int start, int end, List<double> xs, List<float> ys)
    {
        int low = -1, high = -1;
        for (var i = start; i < end; i++)
        {
            if (!float.IsFinite(y[i]))
                continue;
            if (low < 0 || y[i] < y[low])
                low = i;
            if (high < 0 || y[i] > y[high])
                high = i;
        }
        Span<int> picked = [start == 0 ? 0 : -1, Math.Min(low, high), Math.Max(low, high), end == x.Length ? end - 1 : -1];
        var before = -1;
        foreach (var i in picked)
        {
            if (i > before)
                Add(x, y, before = i, xs, ys);
        }
    }

    private static void Add(ReadOnlySpan<double> x, ReadOnlySpan<float> y, int i, List<double> xs, List<float> ys)
    {
        if (!float.IsFinite(y[i]))
            return;
        xs.Add(x[i]);
        ys.Add(y[i]);
    }
}

/// <summary>One curve as it goes to the browser; values that are missing or not finite are left out.</summary>
/// <param name="X">Updates.</param>
/// <param name="Y">Values.</param>
internal sealed record CurvePoints(IReadOnlyList<double> X, IReadOnlyList<float> Y);
