using HubertSharp.Runs.Doctor.Facts;

namespace HubertSharp.Runs.Doctor.Findings.Rules;

/// <summary>The gradient norm before clipping: growing tenfold often comes before a divergence.</summary>
internal sealed class GradientRule : FindingRule
{
    public override IEnumerable<Finding> Examine(LossFacts f)
    {
        if (f.Curve.Median(p => p.GradientNorm, 0.9) is not { } now || f.Series.Train.Count < 10
            || f.HasVanished)
            yield break;
        var before = f.Curve.Median(p => p.GradientNorm, 0.3, 0.6);
        var clipped = f.Curve.Median(p => p.ClippedPercent, 0.7);
        if (before > 0 && now > 10 * before)
            yield return new Finding(FindingLevel.Watch, "gradient_grows", FindingConfidence.Likely,
                ($"the gradient norm grew from {Number(before.Value)} to {Number(now)}", $"梯度范数从 {Number(before.Value)} 增大到 {Number(now)}"),
                ("this often comes before a divergence", "这常是发散的前兆"),
                ("keep the last checkpoint; lower the learning rate if the loss rises", "保留最近的检查点；若损失上升，请降低学习率"), Sources.Page);
        else
            yield return new Finding(FindingLevel.Info, "gradient", FindingConfidence.Certain,
                ($"gradient norm {Number(now)}{(clipped is { } c ? $", {c:0}% of the updates clipped" : "")}",
                    $"梯度范数 {Number(now)}{(clipped is { } d ? $"，{d:0}% 的更新被裁剪" : "")}"),
                clipped >= 50
                    ? ("the gradient norm is steady; in most updates it is above optimization.clip_norm, which scales it down to itself",
                        "梯度范数平稳；多数更新中超过 optimization.clip_norm，被缩小到该值")
                    : ("the gradient norm is steady", "梯度范数平稳"), NothingToDo, Sources.Page);
    }
}
