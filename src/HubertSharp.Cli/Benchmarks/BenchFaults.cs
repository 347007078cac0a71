using System.Globalization;
using HubertSharp.Runs;

namespace HubertSharp.Cli.Benchmarks;

/// <summary>What the options of benchmarks may be.</summary>
internal static class BenchFaults
{
    /// <exception cref="UserException">The value is not within the range.</exception>
    public static void Check(string option, double value, double least, double most, string unit = "")
    {
        if (!(value >= least && value <= most))
            throw UserException.Create("bad value", option, $"{Text(least)} to {Text(most)}{unit}", Text(value));
    }

    private static string Text(double value) => value.ToString("#,0.####", CultureInfo.InvariantCulture);
}
