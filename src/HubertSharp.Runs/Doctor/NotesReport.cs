using HubertSharp.Runs.Doctor.Facts;
using HubertSharp.Runs.Doctor.Findings;
using HubertSharp.Runs.Doctor.Logs;
using HubertSharp.Runs.Languages;

namespace HubertSharp.Runs.Doctor;

/// <summary>An excerpt that holds no losses, only what a program noted beside them: what that means, and whether it is normal.</summary>
internal static class NotesReport
{
    /// <summary>So many updates in a row are left out while the loss scale is looked for, and not later.</summary>
    private const int FewAtStart = 12, FewLater = 5;

    /// <summary>Updates were left out in a run that no search for the loss scale explains.</summary>
    public static bool AreRun(TrainingNotes notes) => notes.LongestStreak >= FewAtStart || notes.AreRapid;

    public static LossReport Of(MetricsSeries series, DoctorContext context, ReportLanguage language)
    {
        var notes = series.Hints.Notes;
        var skips = context.Skipped is { } own ? SkippedFinding.Of(own, updates: 0, FindingLevel.Broken) : Skips(notes);
        var findings = new[] { Scale(notes), skips }.OfType<Finding>().OrderByDescending(f => f.Level).ToList();
        var verdict = findings[0].Level switch
        {
            FindingLevel.Broken => LossVerdict.Broken,
            FindingLevel.Watch => LossVerdict.Watch,
            _ => LossVerdict.Normal,
        };
        var (seen, meaning) = (findings[0].Seen, findings[0].Meaning);
        Text summary = context.Skipped is null
            ? ($"The log holds no losses, only notes: {seen.English}; {meaning.English}.",
                $"日志中没有损失，只有提示信息：{seen.Chinese}；{meaning.Chinese}。")
            : ($"Broken: {seen.English}; {meaning.English}.", $"有问题：{seen.Chinese}；{meaning.Chinese}。");
        return new LossReport
        {
            Verdict = verdict,
            Summary = summary.In(language),
            Findings = [.. findings.Select(f => f.In(language))],
            Format = LogFormat.Notes,
            Objective = context.Objective ?? series.Objective,
            Unit = "bits",
            UnitFrom = "assumed",
            Clusters = null,
            Classes = null,
            ClassesFrom = null,
            ChanceBits = null,
            LabelEntropyBits = null,
            Updates = 0,
            MaxUpdate = context.MaxUpdate ?? series.Hints.MaxUpdate,
            First = new FirstWindow(0, null, null, null),
            FinalLossBits = null,
            LastWindowLossBits = null,
            ValidLossBits = null,
            BitsExplained = null,
            Perplexity = null,
            TrendBitsPer1000Updates = null,
            Trend = "unclear",
            NoiseBits = null,
            MaskedAccuracy = null,
            UnmaskedAccuracy = null,
            ErrorRatePercent = null,
            ErrorRateOf = null,
            LearningRatePhase = "unknown",
            GradientNorm = null,
            Languages = [],
            Reference = null,
        };
    }

    private static Finding? Scale(TrainingNotes notes)
    {
        if (notes.Overflows == 0 && !notes.ScaleExhausted)
            return null;
        var path = notes is { FirstScale: { } first, LastScale: { } last }
            ? ($", from {first:0.####} to {last:0.####}", $"，从 {first:0.####} 到 {last:0.####}")
            : ("", "");
        var seen = new Text(
            notes.ScaleExhausted ? "the program gave up because the loss scale could not be lowered any more"
                : $"the loss scale was lowered {notes.Overflows} times{path.Item1}",
            notes.ScaleExhausted ? "损失缩放已无法再降低，程序停止" : $"损失缩放下调 {notes.Overflows} 次{path.Item2}");
        return notes.ScaleExhausted || notes.LowestScale < 0.001
            ? new Finding(FindingLevel.Broken, "loss_scale", FindingConfidence.Certain, seen,
                ("half precision overflows all the time: loss or gradients explode", "半精度持续溢出：损失或梯度爆炸"),
                ("use bf16 or float32 from a checkpoint before it, or lower the learning rate", "从此前的检查点改用 bf16 或 float32，或降低学习率"),
                Sources.LossScale)
            : notes.LowestScale < 1
            ? new Finding(FindingLevel.Watch, "loss_scale", FindingConfidence.Likely, seen,
                ("lower than a search for the largest scale that fits usually ends", "低于通常搜索所得的缩放值"),
                ("give the whole log; keep a checkpoint, and lower the learning rate if it falls further",
                    "请提供完整日志；保留检查点，若继续下降请降低学习率"), Sources.GradScale)
            : new Finding(FindingLevel.Info, "loss_scale_halved", FindingConfidence.Likely, seen,
                ("normal: half precision looks for the largest scale that fits, at the start and once in some thousand updates",
                    "正常：半精度在开始时以及之后每隔数千次更新寻找可用的最大缩放"),
                ("give the whole log for a verdict on the loss", "如需判断损失，请提供完整日志"), Sources.LossScale);
    }

    private static Finding? Skips(TrainingNotes notes)
    {
        if (notes.Skipped == 0)
            return null;
        var seen = new Text($"{notes.Skipped} updates were left out because loss or gradients were not finite",
            $"有 {notes.Skipped} 次更新因损失或梯度不是有限数而被跳过");
        return notes.Skipped >= FewLater
            ? new Finding(FindingLevel.Watch, "updates_skipped", FindingConfidence.Likely, seen,
                ("not normal when they follow each other: a search for the loss scale leaves out a handful at the start, "
                    + "a run of them means "
                    + "that parameters, recordings or precision are at fault",
                    "若连续出现则不正常：开始时寻找损失缩放只会跳过几次，连续跳过说明参数、个别录音或精度有问题"),
                ("look whether the loss after them is a number; go back to a checkpoint before them with a lower learning rate, "
                    + "or train in "
                    + "bf16 or float32", "查看其后的损失是否为有限数；回到此前的检查点并降低学习率，或改用 bf16 或 float32"), Sources.SkippedUpdates)
            : new Finding(FindingLevel.Info, "updates_skipped", FindingConfidence.Likely, seen,
                ("normal when few: half precision skips an update whose gradients overflow", "少量属正常：半精度会跳过梯度溢出的更新"),
                ("watch whether they become more", "留意是否增多"), Sources.SkippedUpdates);
    }
}
