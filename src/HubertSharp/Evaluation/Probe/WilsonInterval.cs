namespace HubertSharp.Evaluation.Probe;

/// <summary>Wilson's score interval of a share.</summary>
internal static class WilsonInterval
{
    private const double Z = 1.959963984540054;

    /// <summary>The interval that covers the true share in 95 of 100 cases.</summary>
    public static (double Low, double High) Of95Percent(int successes, int trials)
    {
        var share = (double)successes / trials;
        var centre = share + Z * Z / (2 * trials);
        var half = Z * Math.Sqrt(share * (1 - share) / trials + Z * Z / (4.0 * trials * trials));
        var scale = 1 + Z * Z / trials;
        return (Math.Max(0, (centre - half) / scale), Math.Min(1, (centre + half) / scale));
    }
}
