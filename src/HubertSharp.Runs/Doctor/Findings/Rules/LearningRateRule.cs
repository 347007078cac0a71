using HubertSharp.Runs.Doctor.Facts;

namespace HubertSharp.Runs.Doctor.Findings.Rules;

/// <summary>Warm-up, and rates above every published one.</summary>
internal sealed class LearningRateRule : FindingRule
{
    /// <summary>Published peaks: 0.0005 (Base), 0.0015 (Large), 0.003 (X-Large).</summary>
    private const double HighestPublished = 0.003;

    public override IEnumerable<Finding> Examine(LossFacts f)
    {
        if (f.Rate.Phase == "warmup" && (f.IsFinished || f.Context.WarmupUpdates >= f.Context.MaxUpdate))
            yield return TooLong(f);
        else if (f.Rate.Phase == "warmup")
            yield return new Finding(FindingLevel.Info, "warming_up", FindingConfidence.Certain,
                ($"the learning rate is still rising "
                    + $"({Number(f.Rate.Last ?? 0)}{(f.Context.WarmupUpdates is { } w ? $", until update {Count(w)}" : "")})",
                    $"学习率仍在上升（{Number(f.Rate.Last ?? 0)}{(f.Context.WarmupUpdates is { } v ? $"，直到第 {Count(v)} 次更新" : "")}）"),
                ("the loss falls slowly until the peak", "在达到峰值之前损失下降缓慢"), ("wait", "继续等待"), Sources.HubertPaper);
        if (!f.IsMasked || f.Series.Format.HasOwnRates || f.Rate.Peak is not (> HighestPublished * 1.5 and var peak))
            yield break;
        var trouble = !f.HasLearnt && f.Updates >= 100;
        yield return new Finding(trouble ? FindingLevel.Broken : FindingLevel.Info, "learning_rate_high",
            trouble ? FindingConfidence.Likely : FindingConfidence.Certain,
            ($"the learning rate reached {Number(peak)}; published HuBERT runs peak at 0.0005 to 0.003",
                $"学习率达到 {Number(peak)}；公开的 HuBERT 训练峰值为 0.0005 至 0.003"),
            trouble ? ("far too high a rate throws the model into a state that it does not learn from",
                "学习率过高会使模型陷入无法学习的状态") : ("it learns in spite of it; larger batches bear higher rates", "尽管如此仍在学习；批量更大时可承受更高的学习率"),
            trouble ? ("start again with optimization.lr=[0.0005]; what this run learnt is not worth keeping",
                "以 optimization.lr=[0.0005] 重新开始；本次训练所学不值得保留") : NothingToDo, Sources.HubertPaper);
    }

    // There is nothing to wait for: the run is over before the rate is up, or will be.
    private static Finding TooLong(LossFacts f)
    {
        var end = f.IsFinished ? f.Updates : f.Context.MaxUpdate ?? f.Updates;
        var (last, warmup) = (Number(f.Rate.Last ?? 0), f.Context.WarmupUpdates is { } w ? Count(w) : null);
        var updates = Count(LearningRatePath.UsualWarmup(end));
        return new Finding(FindingLevel.Watch, "warmup_too_long", FindingConfidence.Certain,
            ($"the run {(f.IsFinished ? "ended" : "ends")} at update {Count(end)} while the learning rate is still rising ({last}"
                + $"{(warmup is null ? "" : $", until update {warmup}")})",
                $"训练在第 {Count(end)} 次更新结束，而学习率仍在上升（{last}{(warmup is null ? "" : $"，直到第 {warmup} 次更新")}）"),
            ("the rate never reaches the peak that was set, so the model learns less than the updates allow",
                "学习率达不到设定的峰值，模型所学少于这些更新所能达到的"),
            ($"lower the warm-up ({f.Context.WarmupKey}) to about {updates}, 8% of the updates, and train again",
                $"将预热（{f.Context.WarmupKey}）降低到约 {updates} 次，即更新次数的 8%，然后重新训练"), Sources.HubertPaper);
    }
}
