using HubertSharp.Runs.Doctor.Facts;
using HubertSharp.Runs.Doctor.Logs;

namespace HubertSharp.Runs.Doctor.Findings.Rules;

/// <summary>A loss that jumps where the run was started again: something was not restored, or is not what it was.</summary>
internal sealed class RestartRule : FindingRule
{
    public override IEnumerable<Finding> Examine(LossFacts f)
    {
        foreach (var jump in Jumps(f).TakeLast(3))
        {
            var at = (double)f.Series.Resumed.LastOrDefault(u => u <= jump.Update, jump.Update);
            var height = Bits(jump.Height * f.Unit.ToBits);
            var healed = jump.HealedAfter is not null;
            yield return new Finding(healed ? FindingLevel.Info : FindingLevel.Watch, "jump_at_restart", FindingConfidence.Likely,
                ($"the {LossName(f).English} jumped by {height}{Unit(f).English} at the restart at update {Count(at)}"
                    + (healed ? $" and was back after {Count(jump.HealedAfter!.Value)} lines" : " and has not come back"),
                    $"在第 {Count(at)} 次更新处重新开始时，{LossName(f).Chinese}跳升了 {height}{Unit(f).Chinese}"
                    + (healed ? $"，{Count(jump.HealedAfter!.Value)} 行之后恢复" : "，尚未恢复")),
                ("the run was not restored as it was: optimizer state lost, other data or another precision",
                    "恢复得不完整：优化器状态丢失，或数据、精度与之前不同"),
                healed ? ("check what the restart restores before the next one", "下次重新开始之前，请核对恢复了哪些状态")
                    : ("compare configuration and data on both sides of it, and restore the optimizer with the weights",
                        "比较重新开始前后的配置与数据，并与权重一同恢复优化器状态"), Sources.Page);
        }
    }

    /// <summary>Jumps that are told here and not as spikes; sums move with the lengths of the utterances.</summary>
    public static IEnumerable<LossSpike> Jumps(LossFacts f) => f.Unit.Name == "sum" ? []
        : f.Series.Spikes.Where(s => s.IsAtRestart && s.Height * f.Unit.ToBits > 0.2 * Math.Min(1, f.Step));
}
