using HubertSharp.Runs.Languages;

namespace HubertSharp.Runs.Reports;

/// <summary>
/// A paired difference in words, in the report and in the verbs: called a difference only where every interval excludes 0.
/// </summary>
/// <param name="language">Language of the words.</param>
public sealed class PairedTexts(ReportLanguage language)
{
    /// <summary>The difference with what was found on resampled units: <c>+0.012 (95%: +0.001 to +0.023 over 40 utterances)</c>.</summary>
    /// <param name="paired">The difference.</param>
    /// <param name="figure">Formats a difference, with its sign.</param>
    public string Figures(PairedDifference paired, Func<double, string> figure)
    {
        ArgumentNullException.ThrowIfNull(paired);
        ArgumentNullException.ThrowIfNull(figure);
        var intervals = string.Join(Pick(", ", "，"), paired.Intervals.Select(i => Pick(
            $"{figure(i.Low)} to {figure(i.High)} over {Counted.Of(i.Units, Unit(i.Over))}",
            $"按 {i.Units} {Unit(i.Over)}重抽样 {figure(i.Low)} 至 {figure(i.High)}")));
        return figure(paired.Difference) + (intervals.Length == 0 ? "" : Pick($" (95%: {intervals})", $"（95% 区间：{intervals}）"));
    }

    /// <summary>Whether it is one.</summary>
    /// <param name="paired">The difference.</param>
    /// <param name="isBetter">What it is where it is one; null says no more than that.</param>
    public string Verdict(PairedDifference paired, bool? isBetter = null)
    {
        ArgumentNullException.ThrowIfNull(paired);
        return paired switch
        {
            { Intervals.Count: 0 } => Pick("too few utterances to tell", "语句过少，无法判断"),
            { IsDifference: false } => Pick("no significant difference", "无显著差异"),
            _ => isBetter switch
            {
                null => Pick("a difference", "有差异"),
                true => Pick("better", "更好"),
                false => Pick("worse", "更差"),
            },
        };
    }

    private string Unit(ResampledUnit unit) =>
        unit == ResampledUnit.Speakers ? Pick("speaker", "位说话人") : Pick("utterance", "条语句");

    private string Pick(string english, string chinese) => language == ReportLanguage.English ? english : chinese;
}
