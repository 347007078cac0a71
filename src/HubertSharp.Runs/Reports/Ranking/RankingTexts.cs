using System.Globalization;
using HubertSharp.Runs.Languages;

namespace HubertSharp.Runs.Reports.Ranking;

/// <summary>Whether loss and worth agree, and the errors after fine-tuning, in words: for the terminal and the report.</summary>
/// <param name="language">Language of the words.</param>
public sealed class RankingTexts(ReportLanguage language)
{
    /// <summary>From here on the two orders are called the same, or opposite.</summary>
    private const double Clear = 0.5;

    private readonly ReportTexts _texts = new(language);
    private readonly DifferenceTexts _figures = new(language);

    /// <summary>Title of the table of fine-tunings.</summary>
    public string FinetuningTitle => Pick("Fine-tuning on transcripts", "基于文本的微调");

    /// <summary>Title of what is said of the checkpoints of an iteration.</summary>
    public string TitleOf(int iteration) =>
        $"{_texts.Iteration(iteration)}{Pick(": do loss and worth agree?", "：损失与效果是否一致？")}";

    public IReadOnlyList<string> FinetuningHeader =>
    [
        _texts.Update, _texts.Language, Pick("updates of fine-tuning", "微调更新次数"), _texts.Split, _texts.Utterances,
        Pick("loss (bits per symbol)", "损失（比特/符号）"), Pick("symbol errors", "符号错误率"), Pick("95%", "95% 区间"),
        Pick("CER", "字符错误率"), Pick("95%", "95% 区间"), Pick("WER", "词错误率"), Pick("95%", "95% 区间"),
    ];

    /// <summary>The rows of one fine-tuning: all recordings, then each language.</summary>
    public IEnumerable<IReadOnlyList<string>> Cells(WorthFinetuning tuning)
    {
        ArgumentNullException.ThrowIfNull(tuning);
        var name = tuning.Update == 0 ? Pick("0 (from scratch)", "0（从零开始）") : $"{tuning.Update}";
        return tuning.Errors.Select(errors => Row(name, tuning.Updates, tuning.Split, errors));
    }

    /// <summary>The rows of the fine-tuning of a pipeline's last model.</summary>
    public IEnumerable<IReadOnlyList<string>> Cells(FinetuningSummary tuning)
    {
        ArgumentNullException.ThrowIfNull(tuning);
        return tuning.Errors.Select(errors => Row(Pick("last", "最终"), tuning.Updates, tuning.Split, errors));
    }

    /// <summary>One sentence for each measure; where there are too few checkpoints one for each language.</summary>
    public IEnumerable<string> Sentences(IEnumerable<WorthAgreement> agreements)
    {
        ArgumentNullException.ThrowIfNull(agreements);
        foreach (var same in agreements.GroupBy(a => (a.Language, IsFew: a.Checkpoints < WorthAgreement.Least)))
        {
            if (same.Key.IsFew)
            {
                yield return Pick($"Loss and worth{Of(same.Key.Language)}: {Counted.Of(same.Max(a => a.Checkpoints), "checkpoint")} cannot "
                    + $"tell whether they agree; at least {WorthAgreement.Least} are needed.",
                    $"损失与效果{Of(same.Key.Language)}：{same.Max(a => a.Checkpoints)} 个检查点不足以判断两者是否一致，"
                    + $"至少需要 {WorthAgreement.Least} 个。");
                continue;
            }
            foreach (var agreement in same)
                yield return Sentence(agreement);
        }
    }

    private string Sentence(WorthAgreement a)
    {
        var (figure, where) = (_figures.Name(a.Figure), Of(a.Language));
        var number = a.Correlation?.ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture);
        var verdict = a.Correlation switch
        {
            null => Pick("one of them never changes", "其中一项始终不变"),
            >= Clear => Pick($"they agree (rank correlation {number}): a lower loss was worth more",
                $"两者一致（秩相关 {number}）：损失越低，效果越好"),
            <= -Clear => Pick($"they contradict each other (rank correlation {number}): a lower loss was worth less",
                $"两者相反（秩相关 {number}）：损失越低，效果越差"),
            _ => Pick($"they do not agree (rank correlation {number}): the loss did not tell the worth",
                $"两者不一致（秩相关 {number}）：损失不能说明效果"),
        };
        return Pick($"Loss and {figure}{where} over {a.Checkpoints} checkpoints: {verdict}. Best by loss: update {a.BestByLoss}; best by "
            + $"{figure}: update {a.BestByFigure}.",
            $"{a.Checkpoints} 个检查点的损失与{figure}{where}：{verdict}。损失最低：更新 {a.BestByLoss}；{figure}最佳：更新 {a.BestByFigure}。");
    }

    private IReadOnlyList<string> Row(string name, long updates, string split, TranscriptErrors errors) =>
    [
        name, _texts.LanguageName(errors.Language), $"{updates:#,0}", split, $"{errors.Utterances:#,0}",
        errors.LossBits?.ToString("0.000", CultureInfo.InvariantCulture) ?? _texts.None,
        .. Cells(errors.Symbols), .. Cells(errors.Characters), .. Cells(errors.Words),
    ];

    private string[] Cells(Estimate? rate) => rate is null ? [_texts.None, _texts.None] : [Percent(rate.Value), Interval(rate)];

    private string Interval(Estimate estimate) =>
        estimate.Intervals.FirstOrDefault(i => i.Over == ResampledUnit.Utterances) is { } interval
            ? $"{Percent(interval.Low)}–{Percent(interval.High)}"
            : _texts.None;

    private string Of(string? tongue) =>
        tongue is null ? "" : Pick($" ({_texts.LanguageName(tongue)})", $"（{_texts.LanguageName(tongue)}）");

    private static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + "%";

    private string Pick(string english, string chinese) => language == ReportLanguage.English ? english : chinese;
}
