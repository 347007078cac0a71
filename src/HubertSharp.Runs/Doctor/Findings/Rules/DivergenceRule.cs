using HubertSharp.Runs.Doctor.Facts;
using HubertSharp.Runs.Doctor.Logs;

namespace HubertSharp.Runs.Doctor.Findings.Rules;

/// <summary>What was learnt and is lost again, or slowly being lost.</summary>
internal sealed class DivergenceRule : FindingRule
{
    public override IEnumerable<Finding> Examine(LossFacts f)
    {
        // a teacher that moves makes data2vec's loss rise while it learns
        if (f.Objective == TrainingObjective.SelfDistillation || f.Curve.Losses.Length < 10 || f.Best is not var (best, update, width))
            yield break;
        var from = Math.Min(f.Curve.FirstIndexOf(0.95), f.Curve.Losses.Length - 5);
        if (update >= f.Curve.Updates[from])
            yield break; // its best stretch is its last one
        var tail = f.Curve.Losses[from..].Order().ToArray();
        var loss = tail[tail.Length / 2];
        var rise = loss - best;
        // The lowest of many stretches lies below the curve by chance alone; wav2vec's loss also rises as its codebook fills.
        var least = f.Objective == TrainingObjective.Contrastive ? 0.6 : 0.3;
        if (rise >= Math.Max(least * f.Step, 5 * f.Curve.Noise * ((1 / Math.Sqrt(width)) + (1 / Math.Sqrt(tail.Length)))))
        {
            var lost = rise > f.Step || (f.IsScaled && f.Unigram is { } unigram && loss > unigram - 0.05 && best < unigram - f.Margin);
            yield return new Finding(lost ? FindingLevel.Broken : FindingLevel.Watch, "diverged", FindingConfidence.Certain,
                ($"the {LossName(f).English} rose from {Bits(best)}{Unit(f).English} around update {Count(update)} to {Bits(loss)}",
                    $"{LossName(f).Chinese}从第 {Count(update)} 次更新附近的 {Bits(best)}{Unit(f).Chinese} 升到 {Bits(loss)}"),
                lost ? ("what was learnt is lost", "已学到的内容丢失了") : ("something was lost that has not come back yet", "有所退步，且尚未恢复"),
                ("go back to a checkpoint before it, with a lower learning rate or clip_norm; "
                    + "look at the loss scale and the gradient norm just before", "回到此前的检查点，并降低学习率或 clip_norm；查看发散前的损失缩放与梯度范数"),
                Sources.JumpThatStays);
            yield break;
        }
        if (f.Trend is var (slope, error, _) && slope > 4 * error && slope * 0.25 * f.Updates > 0.1 * f.Step)
            yield return new Finding(FindingLevel.Watch, "rising", FindingConfidence.Likely,
                ($"over the last quarter the {LossName(f).English} rises by {Bits(slope * 0.25 * f.Updates)}{Unit(f).English}",
                    $"在最后四分之一的更新中，{LossName(f).Chinese}上升了 {Bits(slope * 0.25 * f.Updates)}{Unit(f).Chinese}"),
                ("more than the noise of the curve explains", "超出了曲线噪声所能解释的程度"),
                ("lower the learning rate if it goes on", "若继续上升，请降低学习率"), Sources.Page);
    }
}
