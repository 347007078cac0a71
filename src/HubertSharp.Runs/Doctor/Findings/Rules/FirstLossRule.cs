using HubertSharp.Runs.Doctor.Facts;

namespace HubertSharp.Runs.Doctor.Findings.Rules;

/// <summary>Why the first loss is above chance: the features penalty, which a log's first lines still hold.</summary>
internal sealed class FirstLossRule : FindingRule
{
    public override IEnumerable<Finding> Examine(LossFacts f)
    {
        var first = f.Series.First;
        if (!f.IsMasked || !f.IsScaled || first.Loss * f.Unit.ToBits is not { } total || !double.IsFinite(total) || first.Update > 3000)
            yield break;
        var (masked, penalty) = first is { LossMasked: { } m, Penalty: { } p } ? (m * f.Unit.ToBits, p * f.Unit.ToBits)
            : f.Guess is { PenaltyBits: > 0 } guess ? (total - guess.PenaltyBits, guess.PenaltyBits)
            : f.Chance is { } known && first.LossMasked is null && total > known + 0.3 && total < known + 6 && first.Update <= 600
            ? (known + 0.07, total - known - 0.07)
            : (0, 0);
        if (penalty <= 0.05)
            yield break;
        var told = first.LossMasked is not null;
        yield return new Finding(FindingLevel.Info, "first_loss", told ? FindingConfidence.Certain : FindingConfidence.Likely,
            ($"up to update {Count(first.Update)} the loss is {Bits(total)}: about {Bits(masked)} prediction and {Bits(penalty)} "
                + $"features penalty",
                $"到第 {Count(first.Update)} 次更新，损失为 {Bits(total)}：约 {Bits(masked)} 来自预测，{Bits(penalty)} 来自特征惩罚"),
            f.Chance is { } chance
                ? ($"a fresh model guesses ({Bits(chance)} bits plus 0.07), and the penalty comes on top; it halves within about "
                    + "100 updates, and that part of the drop is not learning",
                    $"新模型只是在猜（约 {Bits(chance)} 比特再加 0.07），惩罚叠加其上；惩罚在约 100 次更新内减半，这部分下降并不是学习")
                : ("a fresh model guesses, and the penalty comes on top and dies within some hundred updates", "新模型只是在猜，惩罚叠加其上并在数百次更新内消失"),
            ("judge the masked loss, not the whole loss", "请看掩码损失，而不是总损失"), Sources.Criterion);
    }
}
