using HubertSharp.Runs.Doctor.Logs;

namespace HubertSharp.Runs.Doctor.Findings;

/// <summary>Updates that were left out, in a run whose own log says which loss was not finite and on which recordings.</summary>
internal static class SkippedFinding
{
    private const string Distillation = "distill";

    /// <param name="skipped">What the log says.</param>
    /// <param name="updates">Of the run; 0 where nothing was logged, because all were left out.</param>
    /// <param name="level">Its weight.</param>
    public static Finding Of(SkippedUpdates skipped, long updates, FindingLevel level)
    {
        var nothingElse = updates == 0 || skipped.Count >= updates;
        var many = level > FindingLevel.Info;
        var (count, first) = (Numbered(skipped.Count), Numbered(skipped.First));
        var losses = string.Join(", ", skipped.Losses);
        Text which = skipped.Losses.Count > 0 ? ($"NaN or infinity in {losses}", $"{losses.Replace(", ", "、")} 为 NaN 或无穷大")
            : ("the losses were numbers, the gradients NaN or infinity", "损失为有限数，梯度为 NaN 或无穷大");
        Text seen = nothingElse
            ? ($"no update changed the weights: all {count} from update {first} on were left out because loss or gradients were not finite "
                + $"({which.English})",
                $"没有任何一次更新改变权重：从第 {first} 次更新起的 {count} 次全部因损失或梯度不是有限数而被跳过（{which.Chinese}）")
            : ($"{count} {(skipped.Count == 1 ? "update was" : "updates were")} left out, the first at update {first}, "
                + $"because loss or gradients were not finite ({which.English})",
                $"有 {count} 次更新（首次在第 {first} 次）因损失或梯度不是有限数而被跳过（{which.Chinese}）");
        Text meaning = skipped is { AreToBlame: true, Recordings: { } names }
            ? ($"what was made of these recordings holds values that are not finite: {names}",
                $"这些录音（或其特征）中含有非有限数：{names.Replace(", ", "、")}")
            : skipped.Losses is [Distillation]
            ? ("only the distillation is not finite: what the teacher gives is", "只有蒸馏损失不是有限数：问题在于教师特征")
            : !many ? ("a few are harmless", "少量跳过无害")
            : nothingElse && skipped.First == 1
            ? ("the weights the run began with cannot be trained like this: precision, data or starting weights are at fault",
                "以当前的初始权重无法训练：问题在于精度、数据或初始权重")
            : ("so many are no accident: precision, learning rate or single recordings are at fault",
                "次数这么多并非偶然：问题在于精度、学习率或个别录音");
        Text next = skipped.AreToBlame
            ? ("check these recordings and the features of them, or take them out of the manifest; bad_batches/ of the run holds what "
                + "was read",
                "检查这些录音及其特征，或将其从清单中移除；读到的内容保存在训练目录的 bad_batches/ 中")
            : skipped.Losses is [Distillation]
            ? ("look for NaN in the teacher's features (task.feature_dir, or teacher/ in the run), or train with another teacher",
                "检查教师特征（task.feature_dir，或训练目录中的 teacher/）中是否有 NaN，或更换教师")
            : !many ? FindingRule.NothingToDo
            : ("set common.bf16=false common.fp16=false, lower optimization.lr or raise lr_scheduler.warmup_updates, and begin in a "
                + "new folder or from a checkpoint before it; bad_batches/ of the run holds the batches",
                "设置 common.bf16=false common.fp16=false，降低 optimization.lr 或增大 lr_scheduler.warmup_updates，在新目录中或从此前的检查点重新开始；"
                + "相关批次保存在训练目录的 bad_batches/ 中");
        return new Finding(level, "updates_skipped", FindingConfidence.Certain, seen, meaning, next, Sources.SkippedUpdates);
    }

    private static string Numbered(long count) => count.ToString("#,0", System.Globalization.CultureInfo.InvariantCulture);
}
