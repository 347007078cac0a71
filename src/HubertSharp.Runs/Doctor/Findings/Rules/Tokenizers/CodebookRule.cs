using HubertSharp.Runs.Doctor.Facts;
using HubertSharp.Runs.Doctor.Logs;

namespace HubertSharp.Runs.Doctor.Findings.Rules.Tokenizers;

/// <summary>
/// Quantisers that give nearly every frame of the validation the same code. The averages of training do not show it: a code that dies gets
/// the place of a vector of the batch, so that all look alive.
/// </summary>
internal sealed class CodebookRule : FindingRule
{
    /// <summary>
    /// Of the bits that a code could tell. Healthy quantisers tell half of them and more; a codebook of which a quarter is left has 4
    /// codes of 256. Even where four fifths of the frames are silence of one code, the rest tells more.
    /// </summary>
    private const double FewBits = 0.25;

    /// <summary>
    /// Codebooks follow an encoder that changes fastest in the beginning: every frame may have the same code for a while, in a run with 8
    /// filters for 400 updates, and all is well 100 later. Twice as many, and it is no beginning.
    /// </summary>
    private const long EarliestUpdate = 500;

    /// <summary>Of a perplexity from one validation to the next: then the codes are still spreading.</summary>
    private const double Spreading = 1.5;

    /// <summary>Where more of the codes occur, a few may be frequent because the recordings are silent.</summary>
    private const double ManyUsed = 0.5;

    public override IEnumerable<Finding> Examine(LossFacts f)
    {
        if (f.Context is not { IsTokenizer: true, CodebookSize: > 1 and var codes })
            yield break;
        MetricPoint[] validations = [.. f.Series.Valid.Where(p => p.Codebooks.Count > 0)];
        if (validations.Length == 0 || validations[^1] is not { Update: >= EarliestUpdate } last)
            yield break;
        var before = validations.Length > 1 ? validations[^2] : null;
        if (before is null && last.Update < 2 * EarliestUpdate && !f.IsFinished)
            yield break; // one validation early on is no evidence
        var poor = last.Codebooks.Where(book => IsPoor(book.Value, codes) && (f.IsFinished || !IsSpreading(book.Key, last, before)))
            .OrderBy(book => book.Key).ToList();
        if (poor.Count > 0)
            yield return Collapsed(f, last, poor, codes);
    }

    private static bool IsPoor(QuantizerFigures book, int codes) =>
        book.Perplexity is { } perplexity && Math.Log(Math.Max(1, perplexity)) < FewBits * Math.Log(codes);

    private static bool IsSpreading(int quantizer, MetricPoint last, MetricPoint? before) => before is not null
        && before.Codebooks.GetValueOrDefault(quantizer).Perplexity * Spreading < last.Codebooks[quantizer].Perplexity;

    private static Finding Collapsed(
        LossFacts f, MetricPoint last, List<KeyValuePair<int, QuantizerFigures>> poor, int codes)
    {
        var (all, first) = (poor.Count == last.Codebooks.Count, poor[0].Key == 1);
        var isOver = f.IsFinished || last.Update >= 2 * EarliestUpdate;
        var mostlySilence = all && poor.All(one => one.Value.Used > ManyUsed);
        var (number, book) = poor[0];
        Text others = poor.Count == 1 ? ("", "")
            : all ? ($", and the other {Counted.Of(poor.Count - 1, "quantiser")} hardly more", $"，其余 {poor.Count - 1} 级量化器也相差无几")
            : ($"; so do {poor.Count} of {last.Codebooks.Count} quantisers", $"；{last.Codebooks.Count} 级量化器中有 {poor.Count} 级如此");
        return new Finding(
            (all || (first && f.Context.HasTeacher)) && isOver && !mostlySilence ? FindingLevel.Broken : FindingLevel.Watch,
            "codes_collapsed",
            mostlySilence ? FindingConfidence.Possible : isOver ? FindingConfidence.Certain : FindingConfidence.Likely,
            ($"quantiser {number} uses {Used(book, codes)} of {codes} codes on the validation after {Count(last.Update)} updates "
                + $"(perplexity {Number(book.Perplexity!.Value)}){others.English}",
                $"{Count(last.Update)} 次更新后，第 {number} 级量化器在验证集上只用到 {codes} 个码字中的 {Used(book, codes)} 个"
                + $"（困惑度 {Number(book.Perplexity!.Value)}）{others.Chinese}"),
            mostlySilence ? Silence : all ? Everything : first ? f.Context.HasTeacher ? Content : First : Later,
            mostlySilence
                ? ("listen to the validation recordings; if they are speech, see the advice in docs/tokenizer.md",
                    "试听验证集录音；若确为语音，请参阅 docs/tokenizer.md 中的建议")
                : all || first ? Widen : Fewer,
            Sources.Tokenizer);
    }

    private static string Used(QuantizerFigures book, int codes) => book.Used is { } used ? Count(Math.Round(used * codes)) : "?";

    private static readonly Text Everything = (
        "the encoder makes nearly the same vector of every frame, so that the codes tell nothing of the speech; the shares of dead codes "
        + "in training do not show it, because codes that die get new places",
        "编码器对每一帧给出几乎相同的向量，码字不携带语音信息；训练中的失效码字比例看不出这一点，因为失效码字会得到新位置");

    private static readonly Text Content = (
        "quantiser 1 tells next to nothing of what the teacher knows, and the others carry the speech alone",
        "第一级量化器几乎没有学到教师的内容，语音全由其余量化器承担");

    private static readonly Text First = (
        "quantiser 1 tells next to nothing, and the others carry the speech alone", "第一级量化器几乎不携带信息，语音全由其余量化器承担");

    private static readonly Text Later = (
        "these quantisers add next to nothing to the ones before them: their bits are spent for nothing",
        "这些量化器相对前级几乎没有增加信息，其比特被浪费");

    private static readonly Text Silence = (
        "nearly every frame has the same code although many codes occur: the validation recordings are mostly silence, or the encoder "
        + "has collapsed", "许多码字都出现过，但几乎所有帧都是同一个码字：验证集录音大多是静音，或编码器已经坍缩");

    private static readonly Text Widen = (
        "look whether valid_mel_error still falls; start again with a wider network (model.n_filters, model.dimension), a lower "
        + "optimization.lr or more lr_scheduler.warmup_updates, a lower criterion.commitment_loss_lambda, and more audio per update "
        + "(dataset.batch_size, task.segment_size)",
        "查看 valid_mel_error 是否仍在下降；用更宽的网络（model.n_filters、model.dimension）、更低的 optimization.lr 或更多的 lr_scheduler.warmup_updates、"
        + "更低的 criterion.commitment_loss_lambda，以及每次更新更多的音频（dataset.batch_size、task.segment_size）重新训练");

    private static readonly Text Fewer = (
        "use fewer quantisers (model.n_q), or wider embeddings (model.dimension) that leave the later ones something to say",
        "减少量化器级数（model.n_q），或加宽嵌入（model.dimension），使后级有信息可编码");
}
