using HubertSharp.Runs.Doctor.Facts;
using HubertSharp.Runs.Doctor.Logs;

namespace HubertSharp.Runs.Doctor.Findings.Rules;

/// <summary>NaN and infinite losses: an end, an accident, or a hiccup that healed.</summary>
internal sealed class NotFiniteRule : FindingRule
{
    public override IEnumerable<Finding> Examine(LossFacts f)
    {
        var lines = f.Series.NotFinite;
        if (lines.Count > 0)
        {
            // three finite lines after the last NaN: it goes on; more bad lines than good ones: it does not
            var ended = lines.FiniteSince < 3 || 2 * lines.Count > lines.Lines;
            var rare = lines.Count <= Math.Max(3, lines.Lines / 100);
            yield return new Finding(ended ? FindingLevel.Broken : rare ? FindingLevel.Info : FindingLevel.Watch, "not_finite",
                ended ? FindingConfidence.Certain : FindingConfidence.Likely,
                ($"the loss is not a number in {Count(lines.Count)} of {Count(lines.Lines)} lines, first at update {Count(lines.First)}",
                    $"{Count(lines.Lines)} 行记录中有 {Count(lines.Count)} 行的损失不是有限数，首次在第 {Count(lines.First)} 次更新"),
                ended ? ("the parameters are most likely lost",
                    "参数很可能已经损坏") : ("the run went on afterwards, so single updates overflowed", "之后训练恢复，说明只是个别更新溢出"),
                ended ? ("go back to a checkpoint before it with a lower learning rate, and look for NaN in the features or audio",
                    "回到此前的检查点并降低学习率，同时检查音频与特征中是否有 NaN")
                    : ("look at the updates around it; training in float32 tells whether precision is the cause",
                        "查看其前后的更新；改用 float32 训练可确认是否精度所致"),
                Sources.Hiccup);
        }
        var valid = f.Series.NotFiniteValid;
        if (lines.Count == 0 && valid.Count > 0 && valid.FiniteSince == 0)
        {
            // one utterance with fewer frames than letters makes CTC's mean infinite, whatever the model can do
            var harmless = f.Objective == TrainingObjective.Ctc && f.HasLearnt;
            yield return new Finding(harmless ? FindingLevel.Info : FindingLevel.Watch, "valid_not_finite",
                harmless ? FindingConfidence.Likely : FindingConfidence.Possible,
                ($"the validation loss is not a number in {Count(valid.Count)} of {Count(valid.Lines)} validations, "
                    + $"the last one among them, while the training loss is",
                    $"{Count(valid.Lines)} 次验证中有 {Count(valid.Count)} 次（含最后一次）验证损失不是有限数，而训练损失正常"),
                harmless ? ("a single utterance that is too short for its transcript does that; the error rate says that the model is well",
                    "只要有一条语句短于其转写就会如此；错误率表明模型正常")
                    : ("single utterances (silent, too short for their labels) or the precision of the evaluation are at fault",
                        "原因多半是个别语句（静音、短于其标签）或验证时的精度"),
                harmless
                    ? ("leave such utterances out, or set zero_infinity", "去掉这些语句，或设置 zero_infinity")
                    : ("find the utterances whose loss is not finite; validate in float32", "找出损失不是有限数的语句；用 float32 验证"), Sources.Hiccup);
        }
        var own = f.Context.Skipped;
        var skipped = Math.Max(own?.Count ?? 0, f.Series.Hints.NotFiniteUpdates
            + (long)(f.Curve.Values(p => p[Metric.NotFiniteCount]) is [.., var last] ? last.Value : 0));
        if (skipped > 0)
        {
            var many = skipped > 0.05 * Math.Max(1, f.Updates) || NotesReport.AreRun(f.Series.Hints.Notes);
            // a loss scale has to find its size first; without one nothing overflows by design, and half of the updates is the end
            var most = f.Series.Format == LogFormat.HubertSharp && skipped >= 5 && 2 * skipped > f.Updates
                && f.Curve.Values(p => p.LossScale).Count == 0;
            most |= own?.Count >= Math.Max(2, f.Updates); // not one update changed the weights
            var level = most ? FindingLevel.Broken : many ? FindingLevel.Watch : FindingLevel.Info;
            yield return own is not null ? SkippedFinding.Of(own, f.Updates, level) : new Finding(level, "updates_skipped",
                FindingConfidence.Certain,
                ($"{Count(skipped)} updates were left out because loss or gradients were not finite",
                    $"有 {Count(skipped)} 次更新因损失或梯度不是有限数而被跳过"),
                many ? ("so many are no accident: precision, learning rate or single recordings are at fault",
                    "次数这么多并非偶然：问题在于精度、学习率或个别录音") : ("a few are harmless", "少量跳过无害"),
                many ? ("name the recordings of such a batch and look at them; lower the learning rate",
                    "找出这些批次的录音并检查；降低学习率") : NothingToDo, Sources.SkippedUpdates);
        }
    }
}
