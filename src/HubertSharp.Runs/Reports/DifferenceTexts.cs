using System.Globalization;
using HubertSharp.Runs.Languages;

namespace HubertSharp.Runs.Reports;

/// <summary>The report's sentences of paired differences.</summary>
/// <param name="language">Language of the words.</param>
internal sealed class DifferenceTexts(ReportLanguage language)
{
    private readonly ReportTexts _texts = new(language);
    private readonly PairedTexts _paired = new(language);

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
        var figures = _paired.Figures(paired, value => Signed(figure, value));
        var verdict = _paired.Verdict(paired, isBetter);
        return Pick($"{Name(figure)} {figures}, {verdict}", $"{Name(figure)} {figures}，{verdict}");
    }

    /// <summary>A figure's name.</summary>
    public string Name(Figure figure) => figure switch
    {
        Figure.Pnmi => "PNMI",
        Figure.PhonePurity => _texts.PhonePurity,
        Figure.ClusterPurity => _texts.ClusterPurity,
        Figure.AbxWithin => Pick("ABX error within speakers", "同说话人 ABX 错误率"),
        Figure.AbxAcross => Pick("ABX error across speakers", "跨说话人 ABX 错误率"),
        Figure.SymbolErrors => Pick("symbol errors after fine-tuning", "微调后的符号错误率"),
        _ => Pick("probe", "线性探测准确率"),
    };

    // points of percent, or thousandths of PNMI
    private static string Signed(Figure figure, double value) =>
        figure is Figure.Pnmi or Figure.PhonePurity or Figure.ClusterPurity
            ? value.ToString("+0.000;-0.000;0.000", CultureInfo.InvariantCulture)
            : (100 * value).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture) + "%";

    private string Pick(string english, string chinese) => language == ReportLanguage.English ? english : chinese;
}
