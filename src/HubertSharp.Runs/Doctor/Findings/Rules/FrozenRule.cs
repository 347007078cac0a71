using HubertSharp.Runs.Doctor.Facts;

namespace HubertSharp.Runs.Doctor.Findings.Rules;

/// <summary>
/// Parts that do not learn. The features penalty pulls on the convolutional front end from the first update on and dies within
/// hundreds; where it stays, the front end stands still.
/// </summary>
internal sealed class FrozenRule : FindingRule
{
    public override IEnumerable<Finding> Examine(LossFacts f)
    {
        if (!f.IsMasked || f.Updates < 100)
            yield break;
        var penalties = f.Curve.Values(p => p.Penalty * f.Unit.ToBits);
        if (penalties.Count < 5 || penalties[0].Update > 0.2 * f.Updates)
            yield break;
        var first = penalties[0].Value;
        var last = penalties.Skip(penalties.Count * 3 / 4).Average(p => p.Value);
        // fresh features are worth 2 to 5 bits; a run that goes on from trained ones starts far below 0.3
        if (first < 0.3 || last < 0.8 * first || last > 1.25 * first)
            yield break;
        var still = f.Curve.Losses.Length >= 5
            && f.Final is { } final
            && Math.Abs(final - f.Curve.Losses[0]) < Math.Max(0.05, 4 * f.Curve.Noise);
        // more than a tenth of the bits: the layers above learn, and only the front end is lost
        var learns = f.HasLearnt && !(f.BitsExplained < 0.1);
        yield return new Finding(learns ? FindingLevel.Watch : FindingLevel.Broken, still ? "nothing_learns" : "frozen_encoder",
            FindingConfidence.Likely,
            ($"the features penalty stays at {Bits(first)} to {Bits(last)} bits over {Count(f.Updates)} updates",
                $"{Count(f.Updates)} 次更新中，特征惩罚始终为 {Bits(first)} 至 {Bits(last)} 比特"),
            still
                ? ("neither penalty nor prediction moves: nothing is being updated (learning rate 0, everything frozen, "
                    + "or every update skipped)", "惩罚与预测都不变：没有任何参数在更新（学习率为 0、全部冻结或每次更新都被跳过）")
                : ($"the convolutional front end is not being updated, though the penalty pulls on it: it is frozen (feature_grad_mult 0, "
                    + $"requires_grad off, missing from the optimiser){(learns ? "; the rest learns on random features" : "")}",
                    $"卷积前端没有更新，尽管惩罚一直作用于它：前端被冻结（feature_grad_mult 为 0、requires_grad 关闭或未加入优化器）{(learns ? "；其余部分在随机特征上学习" : "")}"),
            ("look at model.feature_grad_mult, frozen parameters and the learning rate", "检查 model.feature_grad_mult、被冻结的参数与学习率"),
            Sources.Criterion);
    }
}
