using System.Globalization;
using HubertSharp.Runs.Languages;

namespace HubertSharp.Runs.Reports.Tokenizers;

/// <summary>The tables of a tokenizer's figures, for the terminal and the pages.</summary>
/// <param name="report">The figures.</param>
/// <param name="language">Of the words.</param>
public sealed class TokenizerTexts(TokenizerReport report, ReportLanguage language)
{
    // a figure, its name in both languages, how it is written, and whether as a percentage
    private static readonly (string Key, string English, string Chinese, string Format, bool IsShare)[] s_figures =
    [
        (TokenizerFigures.Stoi, "STOI", "STOI", "0.000", false), (TokenizerFigures.Estoi, "ESTOI", "ESTOI", "0.000", false),
        (TokenizerFigures.Visqol, "ViSQOL (exp.)", "ViSQOL（指数）", "0.00", false),
        (TokenizerFigures.SiSdr, "SI-SDR dB", "SI-SDR（dB）", "0.00", false),
        (TokenizerFigures.Mel, "mel distance", "梅尔距离", "0.000", false),
        (TokenizerFigures.MultiScaleMel, "multi-scale mel", "多尺度梅尔距离", "0.000", false),
        (TokenizerFigures.LogSpectral, "log-spectral", "对数谱距离", "0.000", false),
        (TokenizerFigures.PitchError, "F0 error cents", "基频误差（音分）", "0", false),
        (TokenizerFigures.Voicing, "voicing errors", "清浊误判", "0.0", true),
        (TokenizerFigures.WordErrors, "WER", "词错误率", "0.0", true),
        (TokenizerFigures.CharacterErrors, "CER", "字错误率", "0.0", true),
    ];

    private bool IsChinese => language == ReportLanguage.Chinese;

    public string LanguageTag => IsChinese ? "zh" : "en";

    public string Title => Say("Tokenizer", "语音分词器评测");

    public string Other => IsChinese ? "English" : "中文";

    public string Subtitle => IsChinese
        ? FormattableString.Invariant($"{report.Model}：{report.Utterances} 条录音，{report.AudioSeconds / 60:0.0} 分钟；")
            + FormattableString.Invariant($"每秒 {report.FrameRate:0.##} 帧，{report.Quantizers} 级量化器，每级 {report.CodebookSize} 个码。")
        : FormattableString.Invariant($"{report.Model}: {Counted.Of(report.Utterances, "recording")}, {report.AudioSeconds / 60:0.0} min; ")
            + FormattableString.Invariant($"{report.FrameRate:0.##} frames per second, ")
            + $"{Counted.Of(report.Quantizers, "quantiser")} of {report.CodebookSize} codes.";

    public string Reconstructions => Say("Speech from the first quantisers", "由前几级量化器重建的语音");

    public string Codebooks => Say("Use of the codes", "码本使用情况");

    public string Content => Say("What quantiser 1 tells", "第一级量化器携带的信息");

    public string Listen => Say("Listen", "试听");

    public string ListenNote => Say(
        "Spectrograms show 0 to 8 kHz, equally wide in mel, and 70 dB below the loudest place of the original.",
        "频谱图按梅尔刻度显示 0 至 8 kHz，颜色范围为原始录音最响处以下 70 dB。");

    public string Note => Say(
        "STOI and ESTOI: 1 is the original. ViSQOL: its speech mode in the exponential form, 5 is the original. "
        + "Mel distance: mean absolute difference of natural logarithms at four window lengths, as SpeechTokenizer's training "
        + "has it; multi-scale mel is audiocraft's. Of all distances and errors less is better."
        + (report.Recogniser is null ? "" : " WER and CER are against what the recogniser writes down of the original."),
        "STOI 与 ESTOI：原始录音为 1。ViSQOL：语音模式的指数形式，原始录音为 5。"
        + "梅尔距离：四种窗长下自然对数的平均绝对差，与 SpeechTokenizer 训练时一致；多尺度梅尔距离取自 audiocraft。各类距离与误差越小越好。"
        + (report.Recogniser is null ? "" : "词错误率与字错误率以识别器对原始录音的识别结果为准。"));

    public string Speed
    {
        get
        {
            var (encode, decode) = (Number(report.EncodeRealTimeFactor, "0.###"),
                Number(report.Reconstructions[^1].DecodeRealTimeFactor, "0.###"));
            return Say($"On one core a second of audio takes {encode} s to encode and {decode} s to decode.",
                $"单核处理每秒音频：编码 {encode} 秒，解码 {decode} 秒。");
        }
    }

    private IEnumerable<(string Key, string English, string Chinese, string Format, bool IsShare)> Figures =>
        s_figures.Concat(report.Measures.Select(name => (name, name, name, "0.000", false)))
            .Where(figure => report.Reconstructions.Any(row => row.Figures.ContainsKey(figure.Item1)));

    /// <summary>A column for each number of quantisers, so that a figure is read along them.</summary>
    public IReadOnlyList<string> ReconstructionHeader =>
        [Say("quantisers", "量化器级数"), .. report.Reconstructions.Select(column => $"{column.Quantizers}")];

    /// <summary>A row for each figure, with its intervals over recordings.</summary>
    /// <param name="onlyChief">The few that say most, see <see cref="TokenizerFigures.Chief"/>.</param>
    public IEnumerable<IReadOnlyList<string>> ReconstructionRows(bool onlyChief = false)
    {
        if (!onlyChief)
        {
            yield return Row("kbit/s", column => Number(column.BitsPerSecond / 1000, "0.00"));
            yield return Row(Say("kbit/s, entropy-coded", "熵编码后 kbit/s"), column => Number(column.EntropyBitsPerSecond / 1000, "0.00"));
        }
        foreach (var figure in Figures.Where(figure => !onlyChief || TokenizerFigures.Chief.Contains(figure.Key)))
            yield return Row(Say(figure.English, figure.Chinese), column => column.Figures.TryGetValue(figure.Key, out var estimate)
                ? Text(estimate, figure.Format, figure.IsShare) : "-");

        IReadOnlyList<string> Row(string name, Func<Reconstruction, string> cell) => [name, .. report.Reconstructions.Select(cell)];
    }

    public IReadOnlyList<string> CodebookHeader =>
        [Say("quantiser", "量化器"), Say("codes used", "使用的码"), Say("of all", "占比"), Say("perplexity", "困惑度"),
            Say("bits per code", "每码比特数"), Say("bit/s entropy-coded", "熵编码后比特/秒"), Say("most frequent", "最高频码占比")];

    public IReadOnlyList<string> Cells(CodebookUse book)
    {
        ArgumentNullException.ThrowIfNull(book);
        return [$"{book.Quantizer}", $"{book.Used}", Share((double)book.Used / report.CodebookSize), Number(book.Perplexity, "0.0"),
            Text(book.EntropyBits, "0.00", isShare: false), Number(book.EntropyBitsPerSecond, "0"),
            Share(book.LargestShare)];
    }

    public IReadOnlyList<string> ContentHeader =>
        [Say("codes", "码字"), Say("against", "参照"), Say("language", "语言"), Say("frames", "帧数"), Say("classes", "类别数"), "PNMI",
            Say("purity", "纯度"),
            Say("ABX within", "同说话人 ABX"), Say("ABX across", "跨说话人 ABX")];

    /// <summary>What quantiser 1 tells, and then what the teacher's clusters tell.</summary>
    public IEnumerable<IReadOnlyList<string>> ContentRows() => report.FirstQuantizer.Select(content => Cells(content, isTeacher: false))
        .Concat(report.TeacherClusters.Select(content => Cells(content, isTeacher: true)));

    internal IReadOnlyList<string> Cells(CodeContent content, bool isTeacher)
    {
        string Of(Estimate? estimate, bool isShare) =>
            estimate is null ? "-" : Text(estimate, isShare ? "0.0" : "0.000", isShare);
        return
        [
            isTeacher ? Say("teacher's clusters", "教师聚类") : Say("quantiser 1", "第一级量化器"), Against(content),
            content.Language ?? Say("all", "全部"), $"{content.Frames}", $"{content.Classes}", Of(content.Pnmi, false),
            Of(content.Purity, false), Of(content.AbxWithin, true), Of(content.AbxAcross, true),
        ];
    }

    /// <summary>What the codes are held against.</summary>
    public string Against(CodeContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        return content.Against == "labels" ? Say("teacher's clusters", "教师聚类") : Say("reference", "参考标注");
    }

    public string Speakers => Say("Who speaks", "说话人信息");

    public IReadOnlyList<string> SpeakerHeader =>
        [Say("quantisers", "量化器"), Say("speakers", "说话人数"), Say("recordings", "录音数"), Say("told rightly", "识别正确率"),
            Say("majority-class baseline", "多数类基线")];

    public IReadOnlyList<string> Cells(SpeakerContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        return [content.First == content.Last ? $"{content.First}" : $"{content.First}-{content.Last}", $"{content.Speakers}",
            $"{content.Recordings}", Text(content.Accuracy, "0.0", isShare: true), Share(content.Majority)];
    }

    /// <summary>What a recording is of: <c>4 quantisers, 2 kbit/s</c>.</summary>
    public string Caption(ExampleSound sound)
    {
        ArgumentNullException.ThrowIfNull(sound);
        if (sound.Quantizers == 0)
            return Say("original", "原始录音");
        var rate = Number(report.Reconstructions.First(row => row.Quantizers == sound.Quantizers).BitsPerSecond / 1000, "0.##");
        return IsChinese ? $"{sound.Quantizers} 级量化器，{rate} kbit/s" : $"{Counted.Of(sound.Quantizers, "quantiser")}, {rate} kbit/s";
    }

    public string Seconds(double seconds) => Number(seconds, "0.0") + (IsChinese ? " 秒" : " s");

    private string Say(string english, string chinese) => IsChinese ? chinese : english;

    private string Text(Estimate estimate, string format, bool isShare)
    {
        string Of(double value) => Number(isShare ? 100 * value : value, format);
        var unit = isShare ? "%" : "";
        return estimate.Intervals.FirstOrDefault(i => i.Over == ResampledUnit.Utterances) is { } interval
            ? $"{Of(estimate.Value)}{unit} ({Of(interval.Low)}{Say(" to ", "～")}{Of(interval.High)})" : Of(estimate.Value) + unit;
    }

    private static string Share(double share) => Number(100 * share, "0.0") + "%";

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
