using System.Globalization;
using HubertSharp.Runs.Doctor.Facts;
using HubertSharp.Runs.Doctor.Findings;
using HubertSharp.Runs.Doctor.Logs;
using HubertSharp.Runs.Languages;

namespace HubertSharp.Runs.Doctor;

/// <summary>
/// Explains a pre-training loss: what it is made of, where it stands between chance and what the labels allow, whether it is
/// normal, and what to do next. Says no more than the log shows: few updates or missing facts give fewer findings.
/// </summary>
public static class LossDoctor
{
    /// <summary>Judges a run from its curves and what is known about it.</summary>
    public static LossReport Examine(DoctorCase run, ReportLanguage language = ReportLanguage.English)
    {
        ArgumentNullException.ThrowIfNull(run);
        return Examine(run.Series, run.Context, language);
    }

    /// <summary>Judges a run from its curves and what is known about it.</summary>
    public static LossReport Examine(MetricsSeries series, DoctorContext context, ReportLanguage language = ReportLanguage.English)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(context);
        if (series.IsNotesOnly)
            return NotesReport.Of(series, context, language);
        var f = LossFacts.Of(series, context);
        var findings = FindingRule.All.SelectMany(r => r.Examine(f)).OrderByDescending(x => x.Level).ToList();
        var verdict = Verdict(f, findings);
        var first = series.First;
        return new LossReport
        {
            Verdict = verdict,
            Summary = Summary(verdict, f, findings).In(language),
            Findings = [.. findings.Select(x => x.In(language))],
            Format = series.Format,
            Objective = f.Objective,
            Unit = f.Unit.Name,
            UnitFrom = f.Unit.From,
            Clusters = f.IsMasked ? f.Context.Clusters : null,
            Classes = f.IsMasked ? f.Context.Clusters + f.Context.SpecialClasses : null,
            ClassesFrom = f.IsMasked ? f.Context.ClustersFrom : null,
            ChanceBits = f.ToldChance,
            LabelEntropyBits = f.Context.LabelEntropyBits,
            Updates = f.Updates,
            MaxUpdate = f.Context.MaxUpdate,
            First = new FirstWindow(first.Update, Finite(first.Loss * f.Unit.ToBits),
                Finite((first.LossMasked ?? (first.Penalty is null && f.IsMasked ? null : first.Prediction)) * f.Unit.ToBits),
                Finite(first.Penalty * f.Unit.ToBits)),
            FinalLossBits = f.Final,
            IsMelError = f.Context.IsTokenizer,
            LastWindowLossBits = f.Curve.Losses.Length > 0 ? f.Curve.Losses[^1] : null,
            ValidLossBits = f.Valid,
            BitsExplained = f.ToldChance is null ? null : f.BitsExplained,
            Perplexity = f.IsScaled && f.Final is { } loss ? Math.Pow(2, loss) : null,
            TrendBitsPer1000Updates = f.Trend is { } t ? 1000 * t.Slope : null,
            Trend = f.TrendName,
            NoiseBits = f.TrendNoise,
            MaskedAccuracy = f.IsMasked ? f.Accuracy : null,
            UnmaskedAccuracy = f.Curve.FinalMean(p => p.AccuracyUnmasked),
            ErrorRatePercent = f.ErrorRates is [.., var last] ? last.Value : null,
            ErrorRateOf = f.ErrorRates.Count == 0 ? null : f.ErrorRates.SequenceEqual(f.UnitErrorRates) ? "symbols" : "words",
            LearningRatePhase = f.Rate.Phase,
            GradientNorm = f.Curve.Median(p => p.GradientNorm, 0.9),
            Languages = f.Languages ?? [],
            ErrorsByLanguage = f.ErrorsByLanguage,
            Reference = f.Place,
        };
    }

    // Broken needs no further evidence; everything else needs some that the model learns at all.
    private static LossVerdict Verdict(LossFacts f, List<Finding> findings) =>
        findings.Any(x => x.Level == FindingLevel.Broken) ? LossVerdict.Broken
        : f.IsTooEarly ? LossVerdict.TooEarly
        : findings.Any(x => x.Level == FindingLevel.Watch) ? LossVerdict.Watch
        : f.HasLearnt ? LossVerdict.Normal
        : LossVerdict.TooEarly;

    private static Text Summary(LossVerdict verdict, LossFacts f, List<Finding> findings)
    {
        var worst = findings.MaxBy(x => x.Level);
        var updates = f.Updates.ToString("#,0", CultureInfo.InvariantCulture);
        Text head = verdict switch
        {
            LossVerdict.Normal => ("Normal.", "正常。"),
            LossVerdict.TooEarly when f is { IsTooEarly: true, Updates: >= 500, Curve.Losses.Length: < 3 and var lines } => (
                $"Too little to tell: the log holds {Counted.Of(lines, "line")} with a loss, at update {updates}.",
                $"日志中只有 {lines} 行损失（更新 {updates}），尚难判断。"),
            LossVerdict.TooEarly when f.IsTooEarly => ($"Too early to tell after {updates} updates.", $"才 {updates} 次更新，尚难判断。"),
            LossVerdict.TooEarly =>
                ($"Not enough evidence: nothing in the log shows yet that the model learns, and nothing that it cannot.",
                    "证据不足：日志尚未显示模型在学习，也未显示它不能学习。"),
            LossVerdict.Watch => ($"Watch it: {worst!.Seen.English}.", $"需要留意：{worst!.Seen.Chinese}。"),
            _ => ($"Broken: {worst!.Seen.English}.", $"有问题：{worst!.Seen.Chinese}。"),
        };
        if (f.ErrorRates is [.., var (_, rate)])
        {
            // without '|' a transcript is one word, which is almost always wrong
            var (english, chinese) = f.UnitErrorRates is [.., var (_, units)] && units != rate
                ? ($" of words, {units:0.#}% of symbols,", $"（按词），{units:0.#}%（按符号）")
                : ("", "");
            return ($"{head.English} Error rate {rate:0.#}%{english} after {updates} updates of fine-tuning.",
                $"{head.Chinese}微调 {updates} 次更新后错误率 {rate:0.#}%{chinese}。");
        }
        Text what = f.Context.IsTokenizer ? ("mel error", "梅尔误差") : ("loss", "损失");
        if (!f.IsScaled || f.Final is not { } loss)
            return f.Final is { } sum && f.Accuracy is { } accuracy
                ? ($"{head.English} Masked accuracy {100 * accuracy:0.#}% after {updates} updates; the loss of {sum:0.##} is a sum.",
                    $"{head.Chinese}{updates} 次更新后掩码准确率 {100 * accuracy:0.#}%；损失 {sum:0.##} 为总和。")
                : f.Final is { } other && f.Curve.Losses.Length > 1
                ? ($"{head.English} The {what.English} went from {f.Curve.Losses[0]:0.###} to {other:0.###} in {updates} updates.",
                    $"{head.Chinese}{updates} 次更新中{what.Chinese}从 {f.Curve.Losses[0]:0.###} 变为 {other:0.###}。")
                : head;
        var (name, chineseName) = f.Objective == TrainingObjective.Contrastive ? ("Contrastive loss", "对比损失")
            : f.Series.Train.Any(p => p.LossMasked is not null) ? ("Masked loss", "掩码损失") : ("Loss", "损失");
        if (f.ToldChance is not { } chance)
            return ($"{head.English} {name} {loss:0.00} bits.", $"{head.Chinese}{chineseName} {loss:0.00} 比特。");
        var entropy = f.Context.LabelEntropyBits is { } h
            ? new Text($", label frequencies alone {h:0.00}", $"，仅凭标签频率可达 {h:0.00}")
            : ("", "");
        var share = FindingRule.Percent(f.BitsExplained!.Value);
        return ($"{head.English} {name} {loss:0.00} bits after {updates} updates (chance {chance:0.00}{entropy.English}): "
            + $"{share} of the information is explained.",
            $"{head.Chinese}{updates} 次更新后{chineseName}为 {loss:0.00} 比特（随机水平 {chance:0.00}{entropy.Chinese}），解释了 {share} 的信息量。");
    }

    private static double? Finite(double? value) => value is { } v && double.IsFinite(v) ? v : null;
}
