using HubertSharp.Runs.Doctor.Facts;

namespace HubertSharp.Runs.Doctor.Findings.Rules;

/// <summary>Half precision: early halvings find the scale, endless ones are a loss that explodes.</summary>
internal sealed class LossScaleRule : FindingRule
{
    public override IEnumerable<Finding> Examine(LossFacts f)
    {
        var (scale, hints) = (f.Series.Scale, f.Series.Hints);
        var last = scale.First is null ? hints.LowestScale : scale.Last;
        var falls = Math.Max(scale.Falls, hints.Overflows);
        if (hints.ScaleExhausted || last < 0.001) // fairseq gives up below 1e-4, icefall below 1e-5
            yield return new Finding(FindingLevel.Broken, "loss_scale", FindingConfidence.Certain,
                (hints.ScaleExhausted
                    ? "the program gave up because the loss scale could not be lowered any more"
                    : $"the loss scale fell to {Number(last ?? 0)} in {Count(falls)} steps",
                    hints.ScaleExhausted ? "损失缩放已无法再降低，程序停止" : $"损失缩放经 {Count(falls)} 次下调降到 {Number(last ?? 0)}"),
                ("half precision overflows all the time: loss or gradients explode", "半精度持续溢出：损失或梯度爆炸"),
                ("use bf16 or float32 from a checkpoint before it, or lower the learning rate", "从此前的检查点改用 bf16 或 float32，或降低学习率"),
                Sources.LossScale);
        else if (f.IsMasked && last < 0.05 && f.Updates > 1000) // losses summed over tokens need small scales
            yield return new Finding(FindingLevel.Watch, "loss_scale", FindingConfidence.Likely,
                ($"the loss scale is down to {Number(last ?? 0)} after {Count(falls)} steps",
                    $"损失缩放经 {Count(falls)} 次下调后为 {Number(last ?? 0)}"),
                ("near its lower end; public runs with scales that low diverged later", "接近下限；公开训练中缩放低至此者后来发散"),
                ("keep a checkpoint, and lower the learning rate if it falls further", "保留检查点；若继续下降，请降低学习率"), Sources.GradScale);
        else if (falls > 0)
            yield return new Finding(FindingLevel.Info, "loss_scale_halved", FindingConfidence.Certain,
                ($"the loss scale was lowered {Count(falls)} times{(last is { } now ? $" and is {Number(now)}" : "")}",
                    $"损失缩放下调 {Count(falls)} 次{(last is { } then ? $"，现为 {Number(then)}" : "")}"),
                ("it looks for the largest scale that fits", "在寻找可用的最大缩放"), NothingToDo, Sources.Page);
    }
}
