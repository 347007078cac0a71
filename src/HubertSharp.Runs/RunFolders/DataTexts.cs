using System.Globalization;
using HubertSharp.Runs.Languages;

namespace HubertSharp.Runs.RunFolders;

/// <summary>What a run says of the data that it leaves out, in its log and in the doctor's finding.</summary>
public static class DataTexts
{
    private const double SmallPart = 0.1; // of what is cropped: not worth a remedy of its own

    /// <summary>What an epoch hears, in one sentence.</summary>
    public static string Heard(DataSummary data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var cropped = data.CroppedSeconds > 0
            ? $"; cropping to max_sample_size and to the shortest row of a batch takes {Percent(data.CroppedShare)} of it"
            : "";
        return $"an epoch hears {Hours(data.HeardSeconds)} of the {Hours(data.Manifest.Seconds)} in {data.Split}.tsv "
            + $"({Percent(DataSummary.Share(data.HeardSeconds, data.Manifest.Seconds))} of the audio){cropped}";
    }

    /// <summary>What is never heard and why, with figures.</summary>
    public static string LeftOut(DataSummary data, ReportLanguage language)
    {
        ArgumentNullException.ThrowIfNull(data);
        var (utterances, audio) = (Percent(DataSummary.Share(data.LeftOut, data.Manifest.Utterances)),
            Percent(DataSummary.Share(data.LeftOutSeconds, data.Manifest.Seconds)));
        return language == ReportLanguage.Chinese
            ? $"{Count(data.Manifest.Utterances)} 条语音中有 {Count(data.LeftOut)} 条（{utterances}，占音频的 {audio}）从不参与训练："
                + string.Join("，", Reasons(data).Select(r => $"{Count(r.Amount.Utterances)} 条{r.Chinese}"))
            : $"{Count(data.LeftOut)} of {Count(data.Manifest.Utterances)} utterances ({utterances} of them, "
                + $"{audio} of the audio) are never "
                + $"trained on: {string.Join(", ", Reasons(data).Select(r => $"{Count(r.Amount.Utterances)} {r.English}"))}";
    }

    /// <summary>What validation leaves out and why, with what would bring it in.</summary>
    public static string LeftOutOfValidation(DataSummary data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return $"{Count(data.LeftOut)} of {Count(data.Manifest.Utterances)} utterances of {data.Split}.tsv ("
            + $"{Percent(DataSummary.Share(data.LeftOut, data.Manifest.Utterances))} of them, "
            + $"{Percent(DataSummary.Share(data.LeftOutSeconds, data.Manifest.Seconds))} of the audio) are not validated on: "
            + $"{string.Join(", ", Reasons(data).Select(r => $"{Count(r.Amount.Utterances)} {r.English}"))}; "
            + LeftOutRemedy(data, ReportLanguage.English);
    }

    /// <summary>How much is never heard, as a figure beside others.</summary>
    public static string LeftOutShare(DataSummary data, ReportLanguage language)
    {
        ArgumentNullException.ThrowIfNull(data);
        var (utterances, audio) = (Percent(DataSummary.Share(data.LeftOut, data.Manifest.Utterances)),
            Percent(DataSummary.Share(data.LeftOutSeconds, data.Manifest.Seconds)));
        return language == ReportLanguage.Chinese
            ? $"{Count(data.LeftOut)} 条语音（{Count(data.Manifest.Utterances)} 条的 {utterances}），占音频的 {audio}"
            : $"{Count(data.LeftOut)} of {Count(data.Manifest.Utterances)} utterances ({utterances}), {audio} of the audio";
    }

    /// <summary>What cropping takes.</summary>
    public static string Cropped(DataSummary data, ReportLanguage language)
    {
        ArgumentNullException.ThrowIfNull(data);
        return language == ReportLanguage.Chinese
            ? $"每轮裁剪掉 {Percent(data.CroppedShare)} 的音频（{Hours(data.CroppedSeconds)}{Parts(data, "，其中 ", " 超出 task.max_sample_size")}）"
            : $"cropping takes {Percent(data.CroppedShare)} of the audio in every epoch ({Hours(data.CroppedSeconds)}"
                + $"{Parts(data, ", ", " of it beyond task.max_sample_size")})";
    }

    private static string Parts(DataSummary data, string before, string after) =>
        data.AboveMaxSeconds is { } above ? $"{before}{Hours(above)}{after}" : "";

    /// <summary>What to change so that the utterances are heard.</summary>
    public static string LeftOutRemedy(DataSummary data, ReportLanguage language)
    {
        ArgumentNullException.ThrowIfNull(data);
        var isChinese = language == ReportLanguage.Chinese;
        List<string> ways = [];
        if (data.TooShort.Utterances > 0)
            ways.Add(isChinese ? "降低 task.min_sample_size，或把短句拼接起来" : "lower task.min_sample_size, or join short clips");
        if (data.TooLong.Utterances > 0)
            ways.Add(isChinese ? "提高 task.max_keep_size，或切分长录音" : "raise task.max_keep_size, or cut long recordings into utterances");
        if (data.LastBatch.Utterances > 0)
            ways.Add(isChinese ? "设置 dataset.required_batch_size_multiple=1" : "set dataset.required_batch_size_multiple=1");
        return string.Join(isChinese ? "；" : "; ", ways);
    }

    /// <summary>What to change so that less is cropped.</summary>
    public static string CroppedRemedy(DataSummary data, ReportLanguage language)
    {
        ArgumentNullException.ThrowIfNull(data);
        var isChinese = language == ReportLanguage.Chinese;
        var above = data.AboveMaxSeconds ?? data.CroppedSeconds / 2; // not told: both may be
        List<string> ways = [];
        if (above > SmallPart * data.CroppedSeconds)
            ways.Add(isChinese ? "切分长录音，或提高 task.max_sample_size" : "cut long recordings into utterances, or raise task.max_sample_size");
        if (data.CroppedSeconds - above > SmallPart * data.CroppedSeconds)
            ways.Add(isChinese ? "设置 task.pad_audio=true，使同批中较长的句子不被裁短"
                : "set task.pad_audio=true, which crops none to the shortest of its batch");
        return string.Join(isChinese ? "；" : "; ", ways);
    }

    private static IEnumerable<(AudioAmount Amount, string English, string Chinese)> Reasons(DataSummary data)
    {
        if (data.TooShort.Utterances > 0)
            yield return (data.TooShort, $"shorter than task.min_sample_size={data.MinSampleSize} ({Seconds(data.MinSampleSize)})",
                $"短于 task.min_sample_size={data.MinSampleSize}（{Seconds(data.MinSampleSize)}）");
        if (data.TooLong.Utterances > 0)
            yield return (data.TooLong, $"longer than task.max_keep_size={data.MaxKeepSize} ({Seconds(data.MaxKeepSize)})",
                $"长于 task.max_keep_size={data.MaxKeepSize}（{Seconds(data.MaxKeepSize)}）");
        if (data.LastBatch.Utterances > 0)
            yield return (data.LastBatch, "in the last batch, whose rows are no multiple of dataset.required_batch_size_multiple",
                "在最后一批中（其条数不是 dataset.required_batch_size_multiple 的倍数）");
    }

    private static string Seconds(int? samples) =>
        string.Create(CultureInfo.InvariantCulture, $"{(double)(samples ?? 0) / SamplingRate.Hz:0.##} s");

    private static string Hours(double seconds) => seconds < 360
        ? string.Create(CultureInfo.InvariantCulture, $"{seconds:0.#} s")
        : string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:0.00} h");

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.0}%");

    private static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);
}
