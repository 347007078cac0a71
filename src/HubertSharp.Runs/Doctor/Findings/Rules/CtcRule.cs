using HubertSharp.Runs.Doctor.Facts;
using HubertSharp.Runs.Doctor.Logs;

namespace HubertSharp.Runs.Doctor.Findings.Rules;

/// <summary>CTC stays at 100% word errors for its first 1,500 updates or so (longer while the encoder is frozen), then drops.</summary>
internal sealed class CtcRule : FindingRule
{
    /// <summary>Percent: blanks alone make 100.</summary>
    private const double Babbling = 102;

    public override IEnumerable<Finding> Examine(LossFacts f)
    {
        if (f.Objective != TrainingObjective.Ctc)
            yield break;
        var errors = f.ErrorRates;
        var frozen = f.Context.FrozenUpdates ?? 0;
        if (f.Updates <= frozen && frozen > 0)
            yield return Frozen(f, frozen);
        if (errors.Count == 0)
            yield break;
        var (update, last) = errors[^1];
        var best = errors.Min(e => e.Value);
        var seen = new Text($"word errors {last:0.#}% at update {Count(update)}, best {best:0.#}%",
            $"第 {Count(update)} 次更新词错误率 {last:0.#}%，最好 {best:0.#}%");
        if (best < 98)
            yield return last > best + Math.Max(5, 0.3 * best) && errors.Count >= 4
                ? new Finding(FindingLevel.Watch, "ctc_worse", FindingConfidence.Likely, seen, ("the error rate was better before",
                    "此前的错误率更低"), ("take the best checkpoint; lower the learning rate", "使用最好的检查点；降低学习率"), Sources.Page)
                : new Finding(FindingLevel.Info, "ctc_learning", FindingConfidence.Certain, seen, ("it has learnt to spell", "模型已学会拼写"),
                    ("judge it by the error rate, not by the loss: the validation loss may rise while errors fall",
                        "请看错误率而不是损失：验证损失可能上升而错误率仍在下降"), Sources.Page);
        else if (update < 2000 + frozen)
            yield return Early(f, seen, last);
        else
            yield return new Finding(f.TrendName == "falling" && update < 15_000 + frozen ? FindingLevel.Info
                : update < 12_000 + frozen || f.Series.Hints is { AssumedUpdates: not null, AssumedPer: "epoch" } ? FindingLevel.Watch
                : FindingLevel.Broken, "ctc_stuck", FindingConfidence.Likely, seen,
                ($"by now the errors should fall; the loss is {(f.TrendName == "falling" ? "still falling" : "not falling")}",
                    f.TrendName == "falling" ? "此时错误率应已下降；损失仍在下降" : "此时错误率应已下降；损失不再下降"),
                ("check the transcripts' dictionary and word ends, the learning rate, and that the pre-trained weights were loaded",
                    "检查转写词典与词尾符号、学习率，以及预训练权重是否已加载"), Sources.StuckCtc);
    }

    private static Finding Frozen(LossFacts f, long frozen)
    {
        var toTheEnd = f.IsFinished || f.Context.MaxUpdate <= frozen;
        var last = f.Context.MaxUpdate ?? f.Updates;
        return new Finding(toTheEnd ? FindingLevel.Watch : FindingLevel.Info, "ctc_frozen", FindingConfidence.Certain,
            toTheEnd
                ? ($"the encoder is frozen until update {Count(frozen)}, and the run ends at update {Count(last)}",
                    $"编码器冻结至第 {Count(frozen)} 次更新，而训练在第 {Count(last)} 次更新结束")
                : ($"the encoder is frozen until update {Count(frozen)}", $"编码器冻结至第 {Count(frozen)} 次更新"),
            ("only the output layer learns, so the loss falls a little and the error rate stays where it is",
                "只有输出层在学习，因此损失略有下降，错误率基本不变"),
            toTheEnd
                ? ("lower model.freeze_finetune_updates, or raise optimization.max_update",
                    "降低 model.freeze_finetune_updates，或提高 optimization.max_update")
                : ("wait", "继续等待"), Sources.Page);
    }

    // more errors than there is to say: symbols at random; as many: blanks alone
    private static Finding Early(LossFacts f, Text seen, double last)
    {
        Text meaning = last > Babbling
            ? ("more errors than words: the output layer still writes symbols at random; next come blanks alone, 100% errors while the "
                + "loss falls, for the first 1,500 updates or so",
                "错误多于词数：输出层仍在随机输出符号；接着会只输出空白，即损失下降而错误率为 100%，约持续最初 1,500 次更新")
            : ("CTC begins with blanks only: the loss falls, because the blank is the likeliest symbol of most frames, and 100% errors for "
                + "the first 1,500 updates or so are normal",
                "CTC 一开始只输出空白：空白是大多数帧最可能的符号，因此损失下降，而最初约 1,500 次更新错误率为 100% 属正常");
        return f.IsFinished
            ? new Finding(FindingLevel.Watch, "ctc_early", FindingConfidence.Likely, seen, meaning,
                ("the run ended before the model could spell: raise optimization.max_update, and for a small model optimization.lr (5e-4)",
                    "训练在模型学会拼写之前就结束了：提高 optimization.max_update，小模型还可提高 optimization.lr（5e-4）"), Sources.Page)
            : new Finding(FindingLevel.Info, "ctc_early", FindingConfidence.Certain, seen, meaning, ("wait", "继续等待"), Sources.Page);
    }
}
