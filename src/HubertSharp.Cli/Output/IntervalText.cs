using System.Globalization;
using HubertSharp.Runs.Languages;
using HubertSharp.Runs.Reports;

namespace HubertSharp.Cli.Output;

/// <summary>Intervals and paired differences in words.</summary>
internal static class IntervalText
{
    public static string Cell(IEnumerable<ConfidenceInterval> intervals, ResampledUnit unit, Func<double, string> figure) =>
        intervals.FirstOrDefault(i => i.Over == unit) is { } interval ? $"{figure(interval.Low)} to {figure(interval.High)}" : "-";

    /// <summary>One difference, whether it is one, and over what.</summary>
    /// <param name="title">What is compared: <c>PNMI, a less b</c>.</param>
    /// <param name="difference">The difference.</param>
    /// <param name="figure">Formats a difference, with its sign.</param>
    public static string Of(string title, PairedDifference difference, Func<double, string> figure)
    {
        var texts = new PairedTexts(ReportLanguage.English);
        return $"{title}: {texts.Figures(difference, figure)}: {texts.Verdict(difference)}.";
    }

    public static string Signed(double value, string format) =>
        value.ToString($"+{format};-{format};{format}", CultureInfo.InvariantCulture);
}
