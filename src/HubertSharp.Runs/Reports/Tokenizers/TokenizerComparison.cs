using HubertSharp.Runs.Languages;

namespace HubertSharp.Runs.Reports.Tokenizers;

/// <summary>The tables that show several tokenizers beside each other, for the terminal, the report and a page of their own.</summary>
/// <param name="tokenizers">At least one; all of the same network and measured on the same recordings.</param>
/// <param name="language">Of the words.</param>
public sealed class TokenizerComparison(IReadOnlyList<TokenizerSummary> tokenizers, ReportLanguage language)
{
    private readonly IReadOnlyList<(TokenizerSummary Of, TokenizerTexts Texts)> _all =
        [.. tokenizers.Select(one => (one, new TokenizerTexts(one.Report, language)))];

    private TokenizerTexts Texts => _all[0].Texts;

    public string LanguageTag => Texts.LanguageTag;

    public string Other => Texts.Other;

    public string Title => Say("Tokenizers, by their teacher", "不同教师的语音分词器对比");

    public string Reconstructions => Texts.Reconstructions;

    public string Content => Texts.Content;

    public string Speakers => Texts.Speakers;

    public string Codebooks => Say("Perplexity of the codes", "码字困惑度");

    public string Listen => Texts.Listen;

    public string ListenNote => Texts.ListenNote;

    public string HearThem => Say("Listen to them beside each other, with spectrograms and all figures", "并列试听，附频谱图与全部指标");

    public string Note => Texts.Note;

    /// <summary>What all have in common, and how long each was trained.</summary>
    public string Subtitle
    {
        get
        {
            var report = tokenizers[0].Report;
            var lengths = string.Join(Say("; ", "；"), tokenizers.Select(one => $"{NameOf(one)}{Say(": ", "：")}{LengthOf(one)}"));
            return Say(
                FormattableString.Invariant($"{Counted.Of(report.Utterances, "recording")} that none was trained on, ")
                    + FormattableString.Invariant($"{report.AudioSeconds / 60:0.0} min; {Counted.Of(report.Quantizers, "quantiser")} of ")
                    + $"{report.CodebookSize} codes. {lengths}.",
                FormattableString.Invariant($"均未参与训练的 {report.Utterances} 条录音，{report.AudioSeconds / 60:0.0} 分钟；")
                    + $"{report.Quantizers} 级量化器，每级 {report.CodebookSize} 个码。{lengths}。");
        }
    }

    /// <summary>What a tokenizer is called in every table.</summary>
    public string NameOf(TokenizerSummary tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        return tokenizer.Teacher switch
        {
            "mfcc" => "MFCC",
            "none" => Say("no teacher", "无教师"),
            _ when tokenizer.Layer is "avg" => Say("HuBERT, all layers", "HuBERT 各层平均"),
            _ => Say($"HuBERT, layer {tokenizer.Layer}", $"HuBERT 第 {tokenizer.Layer} 层"),
        };
    }

    public IReadOnlyList<string> ReconstructionHeader => ["", Teacher, .. Texts.ReconstructionHeader.Skip(1)];

    /// <summary>Each figure, tokenizer by tokenizer, along the numbers of quantisers.</summary>
    /// <param name="onlyChief">The few that a report shows before its page.</param>
    public IEnumerable<IReadOnlyList<string>> ReconstructionRows(bool onlyChief)
    {
        var rows = _all.Select(one => one.Texts.ReconstructionRows(onlyChief).ToList()).ToList();
        var figures = rows.SelectMany(own => own.Select(row => row[0])).Distinct();
        return figures.SelectMany(figure => _all.Zip(rows, (one, own) => (Name: NameOf(one.Of), Row: own.Find(row => row[0] == figure)))
            .Where(one => one.Row is not null)
            .Select(one => (IReadOnlyList<string>)[figure, one.Name, .. one.Row!.Skip(1)]));
    }

    /// <summary>Without a column for whose codes: all but the last rows are of quantiser 1, and nine columns fit a page.</summary>
    public IReadOnlyList<string> ContentHeader => [Teacher, .. Texts.ContentHeader.Skip(1)];

    /// <summary>
    /// What quantiser 1 of each tells, those of one reference and language after one another; at the end what the clusters of the HuBERT
    /// tell, which are the same for all.
    /// </summary>
    public IEnumerable<IReadOnlyList<string>> ContentRows() =>
        _all.SelectMany(one => one.Of.Report.FirstQuantizer.Select((content, place) => (one, content, place)))
            .OrderBy(row => row.place)
            .Select(row => (IReadOnlyList<string>)[NameOf(row.one.Of), .. row.one.Texts.Cells(row.content, isTeacher: false).Skip(1)])
            .Concat(_all[0].Of.Report.TeacherClusters.Select(content =>
                (IReadOnlyList<string>)[Say("HuBERT's clusters", "HuBERT 的聚类"), .. Texts.Cells(content, isTeacher: true).Skip(1)]));

    public IReadOnlyList<string> SpeakerHeader => [Teacher, .. Texts.SpeakerHeader];

    public IEnumerable<IReadOnlyList<string>> SpeakerRows() =>
        _all.SelectMany(one => one.Of.Report.Speakers.Select(content =>
            (IReadOnlyList<string>)[NameOf(one.Of), .. one.Texts.Cells(content)]));

    public IReadOnlyList<string> CodebookHeader =>
        [Teacher, .. tokenizers[0].Report.Codebooks.Select(book => Say($"quantiser {book.Quantizer}", $"第 {book.Quantizer} 级"))];

    public IEnumerable<IReadOnlyList<string>> CodebookRows() => _all.Select(one =>
        (IReadOnlyList<string>)[NameOf(one.Of),
            .. one.Of.Report.Codebooks.Select(book => FormattableString.Invariant($"{book.Perplexity:0.0}"))]);

    /// <summary>What the doctor says of each training.</summary>
    public IEnumerable<string> Verdicts() => tokenizers
        .Select(one => (Name: NameOf(one), Verdict: language == ReportLanguage.Chinese ? one.VerdictChinese : one.Verdict))
        .Where(one => one.Verdict is not null).Select(one => $"{one.Name}{Say(": ", "：")}{one.Verdict}");

    /// <summary>Whether what the intervals say of quantiser 1 sets the first tokenizer apart from the others, in sentences.</summary>
    public IEnumerable<string> Sentences()
    {
        foreach (var other in tokenizers.Skip(1))
        {
            foreach (var own in tokenizers[0].Report.FirstQuantizer.Where(content => content.Pnmi is not null))
            {
                if (other.Report.FirstQuantizer.FirstOrDefault(content => content.Against == own.Against
                    && content.Language == own.Language)
                    is { Pnmi: { } theirs } && Compared(own, theirs, other) is { } sentence)
                    yield return sentence;
            }
        }
    }

    private string? Compared(CodeContent own, Estimate theirs, TokenizerSummary other)
    {
        static ConfidenceInterval? Of(Estimate estimate) => estimate.Intervals.FirstOrDefault(i => i.Over == ResampledUnit.Utterances);
        if (Of(own.Pnmi!) is not { } mine || Of(theirs) is not { } its)
            return null;
        var (against, tongue) = (Texts.Against(own), own.Language is { } name ? Say($" ({name})", $"（{name}）") : "");
        var (first, second) = (NameOf(tokenizers[0]), NameOf(other));
        var gap = char.IsAscii(first[^1]) ? " " : ""; // between Chinese and Latin
        var than = (char.IsAscii(second[0]) ? " " : "") + second + (char.IsAscii(second[^1]) ? " " : "");
        var (high, low) = (FormattableString.Invariant($"{own.Pnmi!.Value:0.000}"), FormattableString.Invariant($"{theirs.Value:0.000}"));
        return mine.Low > its.High ? Say(
                $"Quantiser 1 learnt from {first} tells more of the {against}{tongue} than with {second}: PNMI {high} against {low}.",
                $"以 {first}{gap}为教师的第一级量化器比{than}携带更多{against}信息{tongue}：PNMI {high} 对 {low}。")
            : mine.High < its.Low ? Say(
                $"Quantiser 1 learnt from {first} tells less of the {against}{tongue} than with {second}: PNMI {high} against {low}.",
                $"以 {first}{gap}为教师的第一级量化器比{than}携带更少{against}信息{tongue}：PNMI {high} 对 {low}。")
            : Say(
                $"Quantiser 1 learnt from {first} and with {second}: PNMI with the {against}{tongue} is {high} and {low}, "
                    + "intervals overlap.",
                $"第一级量化器以 {first}{gap}为教师与{than}相比，对{against}的 PNMI{tongue}为 {high} 与 {low}，置信区间重叠。");
    }

    private string LengthOf(TokenizerSummary one) =>
        Say(FormattableString.Invariant($"{one.Updates:#,0} updates"), FormattableString.Invariant($"{one.Updates:#,0} 次更新"));

    private string Teacher => Say("teacher", "教师");

    private string Say(string english, string chinese) => language == ReportLanguage.Chinese ? chinese : english;
}
