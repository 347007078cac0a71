namespace HubertSharp.Tests.Models.Mel;

/// <summary>Log-mel energies by their formulas, number by number and in double precision.</summary>
internal static class MelOracle
{
    private const int Window = 400, Hop = 160, Points = 512;

    /// <summary>Energies of every window of 25 ms, at least 0.</summary>
    public static double[][] Energies(ReadOnlySpan<float> samples, int filters)
    {
        var windows = new List<double[]>();
        for (var start = 0; start + Window <= samples.Length; start += Hop)
        {
            var own = samples.Slice(start, Window).ToArray().Select(s => s * 32768.0).ToArray();
            var mean = own.Average();
            for (var i = 0; i < Window; i++)
                own[i] -= mean;
            var emphasised = own.Select((s, i) => s - (0.97 * own[Math.Max(0, i - 1)])).ToArray();
            var weighted = emphasised
                .Select((s, i) => s * Math.Pow(0.5 - (0.5 * Math.Cos(2 * Math.PI * i / (Window - 1))), 0.85)).ToArray();
            var power = new double[Points / 2];
            for (var bin = 0; bin < power.Length; bin++)
            {
                var (re, im) = (0.0, 0.0);
                for (var i = 0; i < Window; i++)
                {
                    re += weighted[i] * Math.Cos(2 * Math.PI * bin * i / Points);
                    im -= weighted[i] * Math.Sin(2 * Math.PI * bin * i / Points);
                }
                power[bin] = (re * re) + (im * im);
            }
            windows.Add([.. Enumerable.Range(0, filters).Select(f => Math.Max(0, Math.Log(Math.Max(1e-9, Triangle(power, f, filters)))))]);
        }
        return [.. windows];
    }

    private static double Triangle(double[] power, int filter, int filters)
    {
        var (lowest, highest) = (Mel(20), Mel(8000));
        var step = (highest - lowest) / (filters + 1);
        var (left, centre, right) = (lowest + (filter * step), lowest + ((filter + 1) * step), lowest + ((filter + 2) * step));
        var sum = 0.0;
        for (var bin = 0; bin < power.Length; bin++)
        {
            var mel = Mel(16000.0 * bin / Points);
            if (mel > left && mel < right)
                sum += power[bin] * (mel <= centre ? (mel - left) / (centre - left) : (right - mel) / (right - centre));
        }
        return sum;
    }

    private static double Mel(double hertz) => 1127 * Math.Log(1 + (hertz / 700));
}
