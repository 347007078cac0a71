namespace HubertSharp.Audio.Fidelity;

/// <summary>
/// Another rate by a Kaiser-windowed sinc with 60 dB of rejection, as Octave's <c>resample</c> has it, which STOI's figures are defined
/// with. Recordings are resampled by <see cref="Resampler"/>.
/// </summary>
internal static class KaiserResampler
{
    private const double RejectionDb = 60, RollOff = 0.1;

    /// <param name="samples">At the old rate.</param>
    /// <param name="toRate">The new one.</param>
    /// <param name="fromRate">The old one.</param>
    /// <returns>ceil(S × new / old) samples.</returns>
    public static double[] Run(double[] samples, int toRate, int fromRate)
    {
        var shared = (int)System.Numerics.BigInteger.GreatestCommonDivisor(toRate, fromRate);
        var (up, down) = (toRate / shared, fromRate / shared);
        var filter = Filter(up, down);
        var half = filter.Length / 2;
        var resampled = new double[((samples.LongLength * up) + down - 1) / down];
        for (var m = 0L; m < resampled.LongLength; m++)
        {
            // sample n of the input stands at n × up, the filter's middle at m × down
            var first = Math.Max(0, ((m * down) - half + up - 1) / up);
            var last = Math.Min(samples.LongLength - 1, ((m * down) + half) / up);
            var sum = 0.0;
            for (var n = first; n <= last; n++)
                sum += samples[n] * filter[(m * down) - (n * up) + half];
            resampled[m] = sum * up;
        }
        return resampled;
    }

    /// <summary>Its taps sum to 1.</summary>
    private static double[] Filter(int up, int down)
    {
        var cutOff = 1.0 / (2 * Math.Max(up, down));
        var side = (int)Math.Ceiling((RejectionDb - 8) / (28.714 * cutOff * RollOff));
        var shape = 0.1102 * (RejectionDb - 8.7);
        var taps = new double[(2 * side) + 1];
        for (var i = 0; i < taps.Length; i++)
        {
            var t = i - side;
            var place = (double)t / side;
            var angle = 2 * Math.PI * cutOff * t;
            taps[i] = (t == 0 ? 1 : Math.Sin(angle) / angle) * Bessel(shape * Math.Sqrt(Math.Max(0, 1 - (place * place))));
        }
        var sum = taps.Sum();
        return [.. taps.Select(tap => tap / sum)];
    }

    /// <summary>The modified Bessel function of the first kind and order 0.</summary>
    private static double Bessel(double x)
    {
        var (sum, term) = (1.0, 1.0);
        for (var k = 1; term > sum * 1e-17; k++)
            sum += term *= x * x / (4.0 * k * k);
        return sum;
    }
}
