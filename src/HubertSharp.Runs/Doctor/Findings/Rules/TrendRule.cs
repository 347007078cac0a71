using HubertSharp.Runs.Doctor.Facts;

namespace HubertSharp.Runs.Doctor.Findings.Rules;

/// <summary>Is it still falling, what would another 100,000 updates give, and is it stuck high up.</summary>
internal sealed class TrendRule : FindingRule
{
    public override IEnumerable<Finding> Examine(LossFacts f)
    {
        if (f.Trend is not var (slope, error, _) || f.Updates < 100 || f.HasVanished)
            yield break;
        if (f.TrendName == "falling")
        {
            var (gain, chineseGain) = Projection(f);
            yield return new Finding(FindingLevel.Info, "still_falling", FindingConfidence.Certain,
                ($"over the last quarter the {LossName(f).English} falls by {Number(-slope * 1000)} ± "
                    + $"{Number(2 * error * 1000)}{Unit(f).English} "
                    + $"per 1,000 updates",
                    $"在最后四分之一的更新中，{LossName(f).Chinese}每 1,000 次更新下降 {Number(-slope * 1000)} ± "
                    + $"{Number(2 * error * 1000)}{Unit(f).Chinese}"),
                f.IsFinished
                    ? ($"the run ended before it had learnt all it could{gain}", $"训练在学尽之前就结束了{chineseGain}")
                    : ($"it is still learning{gain}", $"仍在学习{chineseGain}"),
                f.IsMasked
                    ? ("train longer: in the paper it helps up to 800,000 updates, even after the loss looks flat",
                        "继续训练：论文中直到 800,000 次更新仍有收益，即使损失看起来已平")
                    : ("go on; whether longer training helps, an error rate or a probe on held-out data tells",
                        "继续训练；是否值得更久，请看留出数据上的错误率或探测结果"), f.IsMasked ? Sources.HubertPaper : Sources.Page);
        }
        else if (f.TrendName == "flat")
        {
            // published runs lie at half of chance by then; one that rests far above it has stopped learning
            if (f.IsMasked && f.HasLearnt && f.Updates >= 50_000 && f.Final / f.Chance > 0.8)
                yield return new Finding(FindingLevel.Watch, "plateau", FindingConfidence.Likely,
                    ($"after {Count(f.Updates)} updates the loss rests at {Percent(f.Final!.Value / f.Chance!.Value)} of chance",
                        $"{Count(f.Updates)} 次更新后损失停在随机水平的 {Percent(f.Final!.Value / f.Chance!.Value)}"),
                    ("something was learnt, and then no more: noisy labels, too small a learning rate, or a part that is frozen",
                        "学到一些之后便不再进步：标签噪声大、学习率过小或部分参数被冻结"),
                    ("check the labels' quality ('hubert quality') and which parameters are trained", "检查标签质量（'hubert quality'）与参与训练的参数"),
                    Sources.Page);
            else if (!f.IsFinished && f.HasLearnt)
                yield return new Finding(FindingLevel.Info, "flat", FindingConfidence.Likely,
                    ($"the {LossName(f).English} has not changed over the last quarter of the updates",
                        $"在最后四分之一的更新中{LossName(f).Chinese}没有变化"),
                    ("the decay of the learning rate usually brings it down once more", "学习率衰减后通常还会再下降"),
                    f.Context.MaxUpdate is { } m
                        ? ($"go on to update {Count(m)}", $"继续训练到第 {Count(m)} 次更新")
                        : ("go on to the planned end", "继续训练到计划的终点"), Sources.HubertPaper);
        }
    }

    // Losses of such runs fall about evenly with the logarithm of the updates.
    private static (string English, string Chinese) Projection(LossFacts f)
    {
        if (!f.IsScaled || f.Updates < 1000 || f.Curve.LogTrend() is not var (slope, error) || slope > -3 * error)
            return ("", "");
        var factor = Math.Log((f.Updates + 100_000.0) / f.Updates);
        var (gain, spread) = (-slope * factor, 2 * error * factor);
        return gain > 0.5 * f.Final
            ? ("", "") // a curve this young does not reach that far
            : ($"; as its fall goes on, another 100,000 updates give about {Bits(gain)} ± {Bits(spread)} bits",
                $"；照此趋势，再训练 100,000 次更新约可再降 {Bits(gain)} ± {Bits(spread)} 比特");
    }
}
