using System.Globalization;
using HubertSharp.Runs.Languages;

namespace HubertSharp.Runs.Reports;

/// <summary>Paired differences in words: called a difference only where every interval excludes 0.</summary>
/// <param name="language">Language of the words.</param>
internal sealed class DifferenceTexts(ReportLanguage language)
{
    private readonly ReportTexts _texts = new(language);

    /// <summary>A chosen layer's figure against that of other features.</summary>
    /// <param name="row">The layer.</param>
    /// <param name="difference">The difference.</param>
    public string OfLayer(QualitySummary row, DifferenceSummary difference) =>
        Sentence(_texts.LanguageName(row.Language), row.Source, difference);

    /// <summary>The probe on a layer against that on other features.</summary>
    /// <param name="probe">The probe on the layer.</param>
    /// <param name="difference">The difference.</param>
    public string OfProbe(ProbeSummary probe, DifferenceSummary difference) => Sentence(
        Pick($"Held-out {_texts.HeldOutName(probe.HeldOut)}", $"留出{_texts.HeldOutName(probe.HeldOut)}"), probe.Source, difference);

    private string Sentence(string where, FeatureSource source, DifferenceSummary difference)
    {
        var (name, other, figure) = (_texts.Name(source), _texts.Name(difference.Than), Name(difference.Figure));
        var paired = difference.Paired;
        var better = paired.Difference > 0 != difference.Figure is Figure.AbxWithin or Figure.AbxAcross;
        var intervals = string.Join(Pick("; ", "；"), paired.Intervals.Select(i => Pick(
            $"{Signed(difference.Figure, i.Low)} to {Signed(difference.Figure, i.High)} over "
            + Counted.Of(i.Units, i.Over == ResampledUnit.Speakers ? "speaker" : "utterance"),
            $"按 {i.Units} {(i.Over == ResampledUnit.Speakers ? "位说话人" : "条语句")}重抽样 {Signed(difference.Figure, i.Low)} 至 "
            + Signed(difference.Figure, i.High))));
        var size = Signed(difference.Figure, paired.Difference);
        if (paired.Intervals.Count == 0)
            return Pick($"{where}: there are too few utterances to compare {figure} of {name} with that of {other} ({size}).",
                $"{where}：语句过少，无法比较{name}与{other}的{figure}（差值 {size}）。");
        var (english, chinese) = !paired.IsDifference ? ("is not significantly different from", "无显著差异")
            : better ? ("is better than", "更好")
            : ("is worse than", "更差");
        return Pick($"{where}: {figure} of {name} {english} that of {other} ({size}; 95%: {intervals}).",
            $"{where}：{name}的{figure}与{other}相比{chinese}（差值 {size}；95% 区间：{intervals}）。");
    }

    private string Name(Figure figure) => figure switch
    {
        Figure.Pnmi => "PNMI",
        Figure.PhonePurity => _texts.PhonePurity,
        Figure.ClusterPurity => _texts.ClusterPurity,
        Figure.AbxWithin => Pick("the ABX error within speakers", "同说话人 ABX 错误率"),
        Figure.AbxAcross => Pick("the ABX error across speakers", "跨说话人 ABX 错误率"),
        _ => Pick("the probe's accuracy", "线性探测准确率"),
    };

    // points of percent, or thousandths of PNMI
    private static string Signed(Figure figure, double value) =>
        figure is Figure.Pnmi or Figure.PhonePurity or Figure.ClusterPurity
            ? value.ToString("+0.000;-0.000;0.000", CultureInfo.InvariantCulture)
            : (100 * value).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture) + "%";

    private string Pick(string english, string chinese) => language == ReportLanguage.English ? english : chinese;
}
