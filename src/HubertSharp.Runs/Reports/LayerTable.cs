using HubertSharp.Runs.Languages;

namespace HubertSharp.Runs.Reports;

/// <summary>One table of all that was measured of each layer, acoustic features and an untrained model beside it.</summary>
/// <param name="language">Language of the words.</param>
internal sealed class LayerTable(ReportLanguage language)
{
    private readonly ReportTexts _texts = new(language);

    public string Title => Pick("Layers", "各层比较");

    public string Note(PipelineReport report)
    {
        if (Rows(report).FirstOrDefault() is not { } first)
            return "";
        var each = Rows(report).Select(q => q.AskedClusters).Distinct().ToList() is [{ } asked] ? Pick($", {asked}", $"（{asked}）") : "";
        var choice = first.ChoiceSplit is { } split
            ? Pick($"* The layer that is best on '{split}', where it was chosen.", $"* 在“{split}”划分上选出的最佳层。")
            : Pick("No layer is chosen.", "未选择层。");
        return Pick(
            $"Scored on the split '{first.Split}', all with the same number of clusters{each}; "
            + $"features with a rate are over the same frames as the "
            + $"model's. {choice} ABX: error, lower is better, chance 50%. In brackets: 95% bootstrap interval over utterances.",
            $"在“{first.Split}”划分上评测，聚类数均相同{each}；标明帧率的特征与模型使用相同的帧。{choice}"
            + "ABX 为错误率，越低越好，随机水平为 50%。括号内为按语句重抽样的 95% 自助法置信区间。");
    }

    public IReadOnlyList<string> Header(PipelineReport report) =>
    [
        _texts.Features, _texts.Language, "PNMI", _texts.PhonePurity, _texts.ClusterPurity, Pick("ABX within", "ABX（同说话人）"),
        Pick("ABX across", "ABX（跨说话人）"),
        .. HeldOut(report).Select(h => Pick($"probe, {_texts.HeldOutName(h)}", $"线性探测（{_texts.HeldOutName(h)}）")),
    ];

    /// <summary>The cells of each row, and whether its layer was chosen.</summary>
    public IEnumerable<(IReadOnlyList<string> Cells, bool IsChosen)> Cells(PipelineReport report) => Rows(report).Select(row => (
        (IReadOnlyList<string>)
        [
            _texts.Name(row.Source) + (row.IsChosen ? " *" : ""), _texts.LanguageName(row.Language),
            With(row.Pnmi, row.PnmiIntervals, Share), Share(row.PhonePurity), Share(row.ClusterPurity), Error(row.AbxWithin),
            Error(row.AbxAcross),
            .. HeldOut(report).Select(h => report.Probe.FirstOrDefault(p => p.HeldOut == h && p.Source == row.Source) is { } probe
                ? Bracketed(ReportTexts.Percent(probe.Accuracy), probe.Low, probe.High, ReportTexts.Percent)
                : _texts.None),
        ],
        row.IsChosen));

    /// <summary>The rows of the table: layers that were scored for comparison, not label sets.</summary>
    public static IEnumerable<QualitySummary> Rows(PipelineReport report) =>
        report.Quality.Where(q => !q.IsLabelSet && q.Split is not null);

    private static IEnumerable<string> HeldOut(PipelineReport report) => report.Probe.Select(p => p.HeldOut).Distinct();

    private string Error(Estimate? error) => error is null ? _texts.None : With(error.Value, error.Intervals, ReportTexts.Percent);

    private static string With(double value, IReadOnlyList<ConfidenceInterval> intervals, Func<double, string> figure) =>
        intervals.FirstOrDefault(i => i.Over == ResampledUnit.Utterances) is { } interval
            ? Bracketed(figure(value), interval.Low, interval.High, figure)
            : figure(value);

    private static string Bracketed(string value, double low, double high, Func<double, string> figure) =>
        double.IsNaN(low) ? value : $"{value} ({figure(low)}–{figure(high)})";

    private static string Share(double value) => $"{value:0.000}";

    private string Pick(string english, string chinese) => language == ReportLanguage.English ? english : chinese;
}
