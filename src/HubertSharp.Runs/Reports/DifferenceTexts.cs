using System.Globalization;
using HubertSharp.Runs.Languages;

namespace HubertSharp.Runs.Reports;

/// <summary>Paired differences in words: called a difference only where every interval excludes 0.</summary>
/// <param name="language">Language of the words.</param>
internal sealed class DifferenceTexts(ReportLanguage language)
{
    private readonly ReportTexts _texts = new(language);

    /// <summary>A layer against other features, one sentence for each of them.</summary>
    public IEnumerable<string> OfLayer(QualitySummary row, IEnumerable<DifferenceSummary> differences) =>
        Sentences(_texts.LanguageName(row.Language), row.Source, differences);

    /// <summary>The probe on a layer against that on other features.</summary>
    public IEnumerable<string> OfProbe(ProbeSummary probe, IEnumerable<DifferenceSummary> differences) => Sentences(
        Pick($"Held-out {_texts.HeldOutName(probe.HeldOut)}", $"留出{_texts.HeldOutName(probe.HeldOut)}"), probe.Source, differences);

    private IEnumerable<string> Sentences(string where, FeatureSource source, IEnumerable<DifferenceSummary> differences)
    {
        var (name, all) = (_texts.Name(source), differences.ToList());
        if (all.Count > 0 && all.TrueForAll(d => d.Paired.Intervals.Count == 0))
            return [Pick($"{where}: there are too few utterances to compare {name} with other features.",
                $"{where}：语句过少，无法将{name}与其他特征比较。")];
        return all.GroupBy(d => d.Than).Select(than => Pick(
            $"{where}: {name} against {_texts.Name(than.Key)}: {string.Join("; ", than.Select(Part))}.",
            $"{where}：{name}对比{_texts.Name(than.Key)}：{string.Join("；", than.Select(Part))}。"));
    }

    private string Part(DifferenceSummary difference)
    {
        var (figure, paired) = (difference.Figure, difference.Paired);
        var isBetter = paired.Difference > 0 != figure is Figure.AbxWithin or Figure.AbxAcross;
        var verdict = paired switch
        {
            { Intervals.Count: 0 } => Pick("too few utterances to tell", "语句过少，无法判断"),
            { IsDifference: false } => Pick("no significant difference", "无显著差异"),
            _ when isBetter => Pick("better", "更好"),
            _ => Pick("worse", "更差"),
        };
        var intervals = string.Join(Pick(", ", "，"), paired.Intervals.Select(i => Pick(
            $"{Signed(figure, i.Low)} to {Signed(figure, i.High)} over {Counted.Of(i.Units, Unit(i.Over))}",
            $"按 {i.Units} {Unit(i.Over)}重抽样 {Signed(figure, i.Low)} 至 {Signed(figure, i.High)}")));
        var bracketed = intervals.Length == 0 ? "" : Pick($" (95%: {intervals})", $"（95% 区间：{intervals}）");
        return Pick($"{Name(figure)} {Signed(figure, paired.Difference)}{bracketed}, {verdict}",
            $"{Name(figure)} {Signed(figure, paired.Difference)}{bracketed}，{verdict}");
    }

    private string Unit(ResampledUnit unit) =>
        unit == ResampledUnit.Speakers ? Pick("speaker", "位说话人") : Pick("utterance", "条语句");

    private string Name(Figure figure) => figure switch
    {
        Figure.Pnmi => "PNMI",
        Figure.PhonePurity => _texts.PhonePurity,
        Figure.ClusterPurity => _texts.ClusterPurity,
        Figure.AbxWithin => Pick("ABX error within speakers", "同说话人 ABX 错误率"),
        Figure.AbxAcross => Pick("ABX error across speakers", "跨说话人 ABX 错误率"),
        _ => Pick("probe", "线性探测准确率"),
    };

    // points of percent, or thousandths of PNMI
    private static string Signed(Figure figure, double value) =>
        figure is Figure.Pnmi or Figure.PhonePurity or Figure.ClusterPurity
            ? value.ToString("+0.000;-0.000;0.000", CultureInfo.InvariantCulture)
            : (100 * value).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture) + "%";

    private string Pick(string english, string chinese) => language == ReportLanguage.English ? english : chinese;
}
