using System.Globalization;

namespace HubertSharp.Runs;

/// <summary>A number and what it counts, in the singular where it is one: <c>1 file</c>, <c>12 files</c>.</summary>
public static class Counted
{
    /// <param name="count">How many.</param>
    /// <param name="one">The word for one of them, whose plural ends in <c>s</c>.</param>
    public static string Of(long count, string one) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {one}{(Math.Abs(count) == 1 ? "" : "s")}");

    /// <summary>A measured number in three digits, as a progress line has them: <c>0.52</c>, <c>12.3</c>, <c>2,010</c>.</summary>
    public static string Measured(double value)
    {
        if (!double.IsFinite(value) || value == 0)
            return value.ToString(CultureInfo.InvariantCulture);
        var unit = Math.Pow(10, Math.Floor(Math.Log10(Math.Abs(value))) - 2);
        var rounded = unit >= 1 ? Math.Round(value / unit) * unit : value;
        return rounded.ToString(unit switch { >= 1 => "#,0", >= 0.1 => "0.0", >= 0.01 => "0.0#", _ => "0.0##" },
            CultureInfo.InvariantCulture);
    }
}
