using HubertSharp.Runs.Doctor.Facts;
using HubertSharp.Runs.Doctor.Logs;

namespace HubertSharp.Runs.Doctor.Findings.Rules;

/// <summary>What the log itself went through: restarts, rotation, cut lines, an error at its end.</summary>
internal sealed class LogRule : FindingRule
{
    public override IEnumerable<Finding> Examine(LossFacts f)
    {
        if (f.Series.Restarts > 0)
            yield return Info("restarts",
                ($"the updates went back {Count(f.Series.Restarts)} times", $"更新次数回退 {Count(f.Series.Restarts)} 次"),
                ("the run was resumed from older checkpoints; the newer lines count", "训练曾从较早的检查点恢复；以较新的记录为准"), NothingToDo);
        if (f.Series.Files.Count > 1 && f.Series.Format != LogFormat.TensorBoard)
            yield return Info("rotated", ($"the log consists of {f.Series.Files.Count} files", $"日志由 {f.Series.Files.Count} 个文件组成"),
                ("they were read as one", "已合并读取"), NothingToDo);
        if (f.Series.Hints is { AssumedUpdates: { } assumed, AssumedPer: var per })
            yield return new Finding(FindingLevel.Info, "updates_assumed", FindingConfidence.Possible,
                ($"the log does not say its updates; each {per} is counted as {Count(assumed)}",
                    $"日志未说明更新次数；每{(per == "epoch" ? "个 epoch" : "行")}按 {Count(assumed)} 次更新计算"),
                ("every number of updates here, and what hangs on it (too early, per 1,000 updates), is only as good as that",
                    "此处所有更新次数以及依赖它的判断（为时尚早、每 1,000 次更新）都只在此假定下成立"),
                ("give a log with steps for a surer verdict (trainer_state.json, TensorBoard)",
                    "请提供含步数的日志（trainer_state.json、TensorBoard）以得到更可靠的结论"), Sources.Page);
        if (f.Series.BrokenLines > 0)
            yield return Info("broken_lines", ($"{Count(f.Series.BrokenLines)} lines of metrics are cut or damaged",
                $"有 {Count(f.Series.BrokenLines)} 行指标残缺或损坏"), ("a killed process leaves such lines", "被终止的进程会留下这样的行"), NothingToDo);
        if (f.Series.Hints.Error is { } error && !f.Series.Hints.ScaleExhausted)
            yield return Info("ended_in_error", ($"the log ends with an error: {error}", $"日志以错误结束：{error}"),
                ("the run stopped there; this says nothing about the loss before it", "训练到此停止；这与此前的损失无关"),
                ("mend the cause and go on from the last checkpoint", "排除原因后从最近的检查点继续"));
    }

    private static Finding Info(string code, Text seen, Text meaning, Text next) =>
        new(FindingLevel.Info, code, FindingConfidence.Certain, seen, meaning, next, Sources.Page);
}
