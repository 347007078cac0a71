namespace HubertSharp.Runs.Doctor;

/// <summary>Tells bits from nats, and the number of classes from the first loss.</summary>
internal static class LossUnit
{
    private static readonly int[] UsualClusters = [50, 100, 200, 256, 500, 1000, 2000];

    /// <summary>fairseq logs ppl = 2^loss; a log with e^loss is in nats. Without a perplexity the format decides: these formats log bits.</summary>
    public static (string Unit, string From) Of(MetricsSeries series)
    {
        var pairs = series.Train.Where(p => p is { Loss: > 0.5, Perplexity: > 1 } && double.IsFinite(p.Loss.Value) && double.IsFinite(p.Perplexity.Value)).Take(50).ToList();
        if (pairs.Count == 0)
            return ("bits", "format");
        var ratio = pairs.Average(p => Math.Log(p.Perplexity!.Value) / p.Loss!.Value); // ln 2 for bits, 1 for nats
        return ratio > 0.85 ? ("nats", "perplexity") : ("bits", "perplexity");
    }

    /// <summary>
    /// K as the first window's masked loss tells it: a fresh head is 0.07 bit above chance. Null unless the window is early, its
    /// loss lies within 0.1 bit of one usual K, and no other usual K is as near.
    /// </summary>
    public static int? InferClusters(MetricsSeries series, double toBits)
    {
        var first = series.Train[0];
        if (first.Update > 300 || first.LossMasked is not { } loss || !double.IsFinite(loss))
            return null;
        var byDistance = UsualClusters.Select(k => (Clusters: k, Distance: Math.Abs((loss * toBits) - Math.Log2(k + 4) - 0.07))).OrderBy(k => k.Distance).ToList();
        return byDistance[0].Distance < 0.1 && byDistance[1].Distance > 2 * byDistance[0].Distance ? byDistance[0].Clusters : null;
    }
}
