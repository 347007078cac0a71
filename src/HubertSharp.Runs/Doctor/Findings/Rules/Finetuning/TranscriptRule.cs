using HubertSharp.Runs.Doctor.Facts;
using HubertSharp.Runs.Doctor.Logs;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Runs.Doctor.Findings.Rules.Finetuning;

/// <summary>What keeps a fine-tuning from spelling although its loss falls: its alphabet, its clips, its learning rate.</summary>
internal sealed class TranscriptRule : FindingRule
{
    /// <summary>Published peaks of fine-tuning: 2e-5 to 1e-4 for Base and Large; small models bear more.</summary>
    private const double LowestPublished = 1e-5;

    /// <summary>Percent: no word is right, while most symbols are.</summary>
    private const double NoWord = 95, MostSymbols = 50;

    private const int NamesShown = 5;

    public override IEnumerable<Finding> Examine(LossFacts f)
    {
        if (f.Objective != TrainingObjective.Ctc)
            yield break;
        foreach (var finding in OfTranscripts(f))
            yield return finding;
        var (words, symbols) = (Last(f, Metric.WordErrorRate), Last(f, Metric.UnitErrorRate));
        if (words >= NoWord && symbols < MostSymbols)
            yield return new Finding(FindingLevel.Watch, "ctc_no_words", FindingConfidence.Likely,
                ($"{symbols:0.#}% of the symbols are wrong and {words:0.#}% of the words", $"符号错误率 {symbols:0.#}%，而词错误率 {words:0.#}%"),
                ("symbols are learnt and words are not: transcripts without '|' between words count as one word each, as Chinese does",
                    "模型已学会符号，却没有正确的词：转写中词间没有“|”时（如中文），整句算作一个词"),
                ("judge such a language by its symbols (checkpoint.best_checkpoint_metric=uer); otherwise look for the word ends in the "
                    + "transcripts and the dictionary", "此类语言请看符号错误率（checkpoint.best_checkpoint_metric=uer）；否则检查转写与词典中的词尾符号"),
                Sources.Page);
        // a tenth of the lowest published peak is too low whatever comes; above, the blanks have their time first
        var afterWarmup = f.Rate.Phase is "peak" or "decay" or "finished"
            && (f.Rate.Peak < 0.1 * LowestPublished || f.Updates > (f.Context.FrozenUpdates ?? 0) + 500);
        if (afterWarmup && f.Rate.Peak < LowestPublished && (words ?? symbols) >= NoWord)
            yield return new Finding(FindingLevel.Watch, "ctc_rate_low", FindingConfidence.Likely,
                ($"the warm-up is over, the learning rate peaked at {Number(f.Rate.Peak.Value)}, "
                    + $"and {words ?? symbols:0.#}% are still wrong",
                    $"预热已结束，学习率峰值为 {Number(f.Rate.Peak.Value)}，错误率仍为 {words ?? symbols:0.#}%"),
                ("published fine-tunings peak at 2e-5 to 1e-4; a lower rate leaves the model at its blanks",
                    "公开的微调学习率峰值为 2e-5 至 1e-4；更低的学习率会让模型停留在空白阶段"),
                ("raise optimization.lr to 2e-5 or more (a small model bears 5e-4)", "将 optimization.lr 提高到 2e-5 以上（小模型可用 5e-4）"),
                Sources.Page);
    }

    private static IEnumerable<Finding> OfTranscripts(LossFacts f)
    {
        if (f.Context.Transcripts is not { } transcripts)
            yield break;
        if (transcripts.Unknown.Count > 0)
        {
            var shown = string.Join(' ', transcripts.Unknown.Take(8).Select(symbol => PrintableText.Of(symbol)))
                + (transcripts.Unknown.Count > 8 ? " ..." : "");
            yield return new Finding(FindingLevel.Watch, "ctc_alphabet", FindingConfidence.Certain,
                ($"{Counted.Of(transcripts.Unknown.Count, "symbol")} of the transcripts are not in the dictionary: {shown}",
                    $"转写中有 {transcripts.Unknown.Count} 个符号不在词典中：{shown}"),
                ("each of them is an error, whatever the model says", "无论模型输出什么，这些符号都算错"),
                ("make the dictionary of all transcripts with 'hubert labels text'", "用 'hubert labels text' 从全部转写重新生成词典"), Sources.Page);
        }
        if (transcripts.TooShort > 0)
        {
            var many = transcripts.TooShort > 0.02 * transcripts.Utterances;
            var named = Named(transcripts.TooShortNamed, transcripts.TooShort);
            yield return new Finding(many ? FindingLevel.Watch : FindingLevel.Info, "ctc_too_short", FindingConfidence.Certain,
                ($"{Count(transcripts.TooShort)} of {Count(transcripts.Utterances)} utterances have fewer frames than their transcripts "
                    + $"need: {named}", $"{Count(transcripts.Utterances)} 条语句中有 {Count(transcripts.TooShort)} 条的帧数少于转写所需：{named}"),
                ("their losses are infinite, so they teach nothing", "其损失为无穷大，因此学不到任何东西"),
                transcripts.Cropped
                    ? ("set task.pad_audio=true: clips are cropped while their texts stay whole", "设置 task.pad_audio=true：音频被裁剪，而文本保持完整")
                    : ("leave them out, or check that transcripts and recordings belong together", "去掉这些语句，或检查转写与录音是否对应"),
                Sources.Page);
        }
        else if (transcripts.Cropped)
            yield return new Finding(FindingLevel.Watch, "ctc_cropped", FindingConfidence.Certain,
                ("clips are cropped to the shortest of their batch while their texts stay whole (task.pad_audio false)",
                    "音频被裁剪到批次中最短的一条，而文本保持完整（task.pad_audio 为 false）"),
                ("the model is taught words that it does not hear", "模型被要求输出它听不到的词"),
                ("set task.pad_audio=true", "设置 task.pad_audio=true"), Sources.Page);
        if (transcripts.TooShortValid is { Count: > 0 } valid)
        {
            var named = Named(valid, valid.Count);
            yield return new Finding(FindingLevel.Info, "ctc_too_short_valid", FindingConfidence.Certain,
                ($"{Counted.Of(valid.Count, "utterance")} of the validation with fewer frames than the transcript needs: {named}",
                    $"验证集中有 {Count(valid.Count)} 条语句的帧数少于转写所需：{named}"),
                ("their losses are infinite (0 with criterion.zero_infinity) and they are errors whatever the model says",
                    "其损失为无穷大（设置 criterion.zero_infinity 时为 0），无论模型输出什么都算错"),
                ("leave them out of the validation", "将其移出验证集"), Sources.Page);
        }
    }

    private static string Named(IReadOnlyList<TooShortUtterance> utterances, int all) =>
        string.Join(", ", utterances.Take(NamesShown).Select(u => $"{PrintableText.Of(u.Path)} ({u.Frames} < {u.Needed})"))
            + (all > NamesShown ? $", ... ({Count(all)})" : "");

    private static double? Last(LossFacts f, Metric metric) =>
        f.Series.Valid.LastOrDefault(p => p[metric] is { } v && double.IsFinite(v))?[metric];
}
