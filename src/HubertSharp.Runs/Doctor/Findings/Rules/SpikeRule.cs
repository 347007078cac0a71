using HubertSharp.Runs.Doctor.Facts;
using HubertSharp.Runs.Doctor.Logs;

namespace HubertSharp.Runs.Doctor.Findings.Rules;

/// <summary>Single lines far above their neighbours, and whether the curve came back.</summary>
internal sealed class SpikeRule : FindingRule
{
    public override IEnumerable<Finding> Examine(LossFacts f)
    {
        if (f.Objective is TrainingObjective.Ctc or TrainingObjective.Other || f.Unit.Name == "sum")
            yield break; // sums move with the lengths of the utterances
        var spikes = f.Series.Spikes.Except(RestartRule.Jumps(f)) // told as such
            .Where(s => s.Height * f.Unit.ToBits > Math.Max(0.5, 0.2 * f.Step)).ToList();
        if (spikes.Count == 0)
            yield break;
        var healed = spikes.Count(s => s.HealedAfter is not null);
        var recent = spikes.Count(s => s.Update > 0.75 * f.Updates);
        var many = recent >= 5;
        yield return new Finding(many ? FindingLevel.Watch : FindingLevel.Info, "spikes", FindingConfidence.Certain,
            ($"{spikes.Count} spikes of the {LossName(f).English}, {healed} of them healed, the last at update {Count(spikes[^1].Update)}",
                $"{LossName(f).Chinese}有 {spikes.Count} 次尖峰，其中 {healed} 次已恢复，最后一次在第 {Count(spikes[^1].Update)} 次更新"),
            many ? ("so many of late say that the learning rate is at its limit", "近期次数这么多，说明学习率已到极限")
                : spikes[^1].HealedAfter is null ? ("the last one has not come back yet, or the log ends there", "最后一次尚未恢复，或日志到此为止")
                : healed < spikes.Count ? ("after some of them the loss stayed higher than before", "其中有的之后损失停在更高的水平")
                : ("single spikes heal by themselves", "零星的尖峰会自行恢复"),
            many ? ("lower the learning rate or clip_norm if they go on",
                "若仍出现，请降低学习率或 clip_norm") : ("act only if the loss stays up", "仅当损失停在高处时才需处理"), Sources.Hiccup);
    }
}
