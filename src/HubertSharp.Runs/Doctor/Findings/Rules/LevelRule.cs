using HubertSharp.Runs.Doctor.Facts;
using HubertSharp.Runs.Doctor.Logs;

namespace HubertSharp.Runs.Doctor.Findings.Rules;

/// <summary>Where the loss stands between guessing and knowing: learnt, at the level of the labels' frequencies, or above chance.</summary>
internal sealed class LevelRule : FindingRule
{
    /// <summary>
    /// Learning rate times updates within which our small runs leave the frequencies (0.02); published base models, with their long
    /// warm-up, need up to five times as much.
    /// </summary>
    private const double EnoughSpent = 0.03, AmpleSpent = 0.1, MoreThanAmpleSpent = 0.4;

    public override IEnumerable<Finding> Examine(LossFacts f)
    {
        if ((f.Updates < 100 && !f.HasLearnt) || f.IsTrivial || f.HasVanished)
            return []; // told as such
        if (f.IsConstant && f.Final is { } same && !(same > f.Unigram - f.Margin)) // at chance it is told as such
            return [Constant(f, same)];
        if (f.HasLearnt && f.Final is { } final)
            return [IsBarely(f) ? Barely(f, final) : Learning(f, final)];
        if (f.Chance is null)
            return NotFalling(f) is { } still ? [still] : [];
        if (f is not { Final: { } loss, Chance: { } chance, Unigram: { } unigram } || f.Best?.Loss < unigram - f.Margin)
            return []; // it had learnt and lost it again: told as such
        if (f.IsDead)
            return [Dead(loss, chance, f.Curve.Median(p => p.GradientNorm, 0.8)!.Value)];
        if (loss > chance + 0.5)
            return [AboveChance(f, loss, chance)];
        return [AtChance(f, loss, chance)];
    }

    // What does not move at all is no training, or no loss; which of both the log does not say.
    private static Finding Constant(LossFacts f, double loss) => new(FindingLevel.Watch, "constant_loss", FindingConfidence.Certain,
        ($"all {Count(f.Curve.Losses.Length)} lines have the same {LossName(f).English} of {Number(loss)}",
            $"全部 {Count(f.Curve.Losses.Length)} 行的{LossName(f).Chinese}都是 {Number(loss)}"),
        ("a loss that is trained moves with every batch: nothing is being updated, or this column is not the loss",
            "训练中的损失会随批次变化：参数没有更新，或这一列并不是损失"),
        ("look at the learning rate, frozen parameters and what is logged", "检查学习率、被冻结的参数与所记录的内容"), Sources.Page);

    // Healthy runs are half a bit below the frequencies by the time that these have stopped just below them.
    private static bool IsBarely(LossFacts f) => f is { IsMasked: true, IsScaled: true, Unigram: { } unigram, Final: { } final }
        && unigram - final < 0.25
        && f.TrendName != "falling"
        && (f.IsFinished
            ? (f.Rate.Spent ?? f.Updates / 40_000.0) >= EnoughSpent
            : (f.Rate.Spent ?? f.Updates / 40_000.0) >= MoreThanAmpleSpent);

    private static Finding Barely(LossFacts f, double loss) => new(FindingLevel.Watch, "barely_learning", FindingConfidence.Likely,
        ($"after {Count(f.Updates)} updates the loss of {Bits(loss)} bits is only {Bits(f.Unigram!.Value - loss)} below "
            + $"guessing by frequency, "
            + $"and no longer falling", $"{Count(f.Updates)} 次更新后损失 {Bits(loss)} 比特，仅比按频率猜测低 {Bits(f.Unigram!.Value - loss)}，且不再下降"),
        ("something simple is learnt (silence, the place in the utterance), but not what the labels hold: labels of another rate or moved "
            + "in time, or an encoder of which little is trained", "只学到简单规律（静音、句中位置），而未学到标签的内容：标签率错误或时间错位，或编码器几乎未训练"),
        ("check the labels ('hubert labels check') and which parameters are trained", "检查标签（'hubert labels check'）与参与训练的参数"), Sources.Page);

    private static Finding Learning(LossFacts f, double loss)
    {
        if (f.Chance is { } chance && f.IsMasked)
            return new Finding(FindingLevel.Info, "learning",
                f.Guess is null && f.Unit.From != "assumed" ? FindingConfidence.Certain : FindingConfidence.Likely,
                ($"{LossName(f).English} {Bits(loss)} bits (chance "
                    + $"{Bits(chance)}{(f.Context.LabelEntropyBits is { } h ? $", label frequencies alone {Bits(h)}" : "")})",
                    $"{LossName(f).Chinese} {Bits(loss)} 比特（随机水平 "
                    + $"{Bits(chance)}{(f.Context.LabelEntropyBits is { } g ? $"，仅凭标签频率可达 {Bits(g)}" : "")}）"),
                ($"the model predicts from context and explains {Percent(f.BitsExplained!.Value)} of the information",
                    $"模型在利用上下文做预测，解释了 {Percent(f.BitsExplained!.Value)} 的信息量"),
                ("compare features by a probe or cluster quality ('hubert probe', 'hubert quality'); "
                    + "the loss alone does not say how good they are", "请用探测或聚类质量比较特征（'hubert probe'、'hubert quality'）；仅凭损失不能说明其好坏"),
                Sources.HubertPaper);
        return new Finding(FindingLevel.Info, "learning", FindingConfidence.Likely,
            ($"the {LossName(f).English} is {Bits(loss)}{Unit(f).English}{(f.Accuracy is { } a ? $" at an accuracy of {Percent(a)}" : "")},"
                + $" "
                + $"{Bits(f.Curve.Losses[0])} at the log's start",
                $"{LossName(f).Chinese} {Bits(loss)}{Unit(f).Chinese}{(f.Accuracy is { } b ? $"，准确率 {Percent(b)}" : "")}，日志开头为 "
                + $"{Bits(f.Curve.Losses[0])}"),
            ("it learns", "模型在学习"),
            f.Context.IsTokenizer
                ? ("judge it with 'hubert tokenizer evaluate' on held-out data", "请用 'hubert tokenizer evaluate' 在留出数据上评判")
                : ("judge it by its error rate or a probe on held-out data", "请在留出数据上以错误率或探测来评判"), Sources.Page);
    }

    // Without a level to compare with there is still the shape: a loss that from its start on, the penalty's updates apart, goes nowhere.
    // Adversarial and teacher-student losses do that while they learn.
    private static Finding? NotFalling(LossFacts f)
    {
        if (f.Objective == TrainingObjective.SelfDistillation
            || f.Updates < 10_000
            || f.Series.First.Update > 2000
            || f.Final is not { } final
            || f.TrendName == "falling")
            return null;
        if (f.Curve.Losses.Length < 20 || !f.IsLevelFromStart)
            return null;
        var start = f.Curve.Losses[Math.Max(0, Array.FindIndex(f.Curve.Updates, u => u >= Math.Min(600, 0.1 * f.Updates)))];
        return new Finding(FindingLevel.Watch, "not_falling", FindingConfidence.Possible,
            ($"the {LossName(f).English} was {Number(start)} at the start and is {Number(final)} after {Count(f.Updates)} updates",
                $"{LossName(f).Chinese}开始时为 {Number(start)}，{Count(f.Updates)} 次更新后为 {Number(final)}"),
            ("nothing in it shows that anything was learnt", "其中没有任何学习的迹象"),
            f.IsMasked
                ? ("check that the labels belong to the audio ('hubert labels check') and that the encoder is trained; "
                    + "give --clusters K for a surer verdict", "用 'hubert labels check' 检查标签与音频是否对应，并检查编码器是否在训练；给出 --clusters K 可得到更可靠的结论")
                : ("check learning rate, labels and frozen parameters, unless this objective is known to stay level",
                    "检查学习率、标签与被冻结的参数，除非该目标的损失本就持平"), Sources.StuckRun);
    }

    private static Finding AtChance(LossFacts f, double loss, double chance)
    {
        var level = Weight(f);
        if (level == FindingLevel.Broken && f.Guess is not null && f.Objective == TrainingObjective.Unknown)
            level = FindingLevel.Watch; // neither what the loss measures nor where its chance lies is told by the log
        var names = f.Accuracy is { } a && f.CommonestShare is { } c && Math.Abs(a - c) < Math.Max(0.005, 0.15 * c);
        var guessing = f.Objective == TrainingObjective.Contrastive ? (Bits(chance), Bits(chance))
            : f.Context.LabelEntropyBits is { } h ? (Bits(h), Bits(h)) : ($"up to 0.3 below {Bits(chance)}", $"比 {Bits(chance)} 低至多 0.3");
        var isBelow = level == FindingLevel.Info && loss < f.Unigram - 0.02;
        return new Finding(level, "at_chance", isBelow ? FindingConfidence.Possible
            : level == FindingLevel.Info ? FindingConfidence.Certain
            : f.Context.LabelEntropyBits is null ? FindingConfidence.Likely
            : FindingConfidence.Certain,
            ($"after {Count(f.Updates)} updates the {LossName(f).English} is {Bits(loss)} bits, "
                + $"where guessing by frequency gives {guessing.Item1}"
                + (names ? $"; the accuracy of {Percent(f.Accuracy!.Value)} is that of always naming the most frequent cluster" : ""),
                $"{Count(f.Updates)} 次更新后{LossName(f).Chinese} {Bits(loss)} 比特，而按频率猜测就有 "
                + $"{guessing.Item2}{(names ? $"；准确率 {Percent(f.Accuracy!.Value)} 等于总是猜最常见的聚类" : "")}"),
            level == FindingLevel.Info
                ? isBelow
                    ? ($"that is {Bits(f.Unigram!.Value - loss)} bits below the frequencies, which the noise of so few lines may explain",
                        $"比标签频率低 {Bits(f.Unigram!.Value - loss)} 比特，但记录点太少，尚不能排除噪声")
                    : ("nothing beyond the frequencies is learnt yet, which is common at the start", "目前只学到了频率，刚开始时很常见")
                : ("nothing beyond the frequencies is learnt: that is what labels look like that do not belong to the audio (shuffled "
                    + "lines, another corpus, a wrong label rate), or an encoder that is not trained",
                    "除频率以外什么也没学到：标签与音频不对应（行序打乱、语料不同、标签率错误）或编码器未被训练时正是如此"),
            level == FindingLevel.Info ? ("wait", "继续等待")
                : ("check that labels belong to the audio ('hubert labels check'), then that the encoder is trained, "
                    + "then learning rate and warm-up", "先用 'hubert labels check' 检查标签与音频是否对应，再检查编码器是否在训练，最后检查学习率与预热"),
            Sources.StuckRun);
    }

    private static Finding AboveChance(LossFacts f, double loss, double chance)
    {
        // the penalty is in the whole loss, and gone after 600 updates; icefall's head starts above chance
        var level = f.Updates < 1000 && !f.IsFinished ? FindingLevel.Info
            : f.TrendName == "falling" && f.Updates < 5000 ? FindingLevel.Watch
            : Weight(f) == FindingLevel.Broken || f.Updates >= 5000 ? FindingLevel.Broken
            : FindingLevel.Watch;
        if (f.Guess is not null && level == FindingLevel.Broken)
            level = FindingLevel.Watch; // chance itself is only inferred
        return new Finding(level, "above_chance", f.Guess is null ? FindingConfidence.Certain : FindingConfidence.Possible,
            ($"after {Count(f.Updates)} updates the {LossName(f).English} is {Bits(loss)} bits, {Bits(loss - chance)} above chance",
                $"{Count(f.Updates)} 次更新后{LossName(f).Chinese} {Bits(loss)} 比特，高于随机水平 {Bits(loss - chance)}"),
            level == FindingLevel.Info ? ("the features penalty may still be in it", "其中可能仍含特征惩罚")
                : ("the model is sure of wrong labels; the features penalty cannot explain it", "模型对错误的标签过于自信；特征惩罚不能解释这一点"),
            level == FindingLevel.Info
                ? ("wait", "继续等待")
                : ("lower the learning rate or lengthen the warm-up, and check the number of clusters", "降低学习率或延长预热，并核对聚类数"),
            Sources.StuckRun);
    }

    private static Finding Dead(double loss, double chance, double gradient) =>
        new(FindingLevel.Broken, "dead_gradient", FindingConfidence.Certain,
            ($"the loss stays at {Bits(loss)} bits (chance {Bits(chance)}) with a gradient norm of {Number(gradient)}",
                $"损失停在 {Bits(loss)} 比特（随机水平 {Bits(chance)}），梯度范数仅 {Number(gradient)}"),
            ("no gradient arrives: the features are constant, or all is frozen", "没有梯度：特征恒定，或参数被冻结"),
            ("start again with a lower learning rate, and look at the audio (silence?) and model.feature_grad_mult",
                "以更低的学习率重新开始，并检查音频（是否静音）与 model.feature_grad_mult"), Sources.DeadContrast);

    // How heavy it is not to have learnt yet depends on how much learning there was.
    private static FindingLevel Weight(LossFacts f)
    {
        if (f.Final < f.Unigram - Math.Clamp(2 * f.Curve.FinalError, 0.02, 0.15)
            || (!f.IsFinished && f.TrendName == "falling" && f.Curve.Losses[0] - f.Final > 0.1))
            return FindingLevel.Info; // on its way, as far as the noise lets one see
        var spent = f.Rate.Spent ?? (f.Updates / 40_000.0); // without rates: 4,000 updates are ample
        if (f.IsFinished)
            return spent >= EnoughSpent ? FindingLevel.Broken : FindingLevel.Watch;
        return spent < (f.Rate.Phase == "warmup" ? 1.5 : 1) * AmpleSpent ? FindingLevel.Info
            : spent < MoreThanAmpleSpent && f.Updates < 20_000 ? FindingLevel.Watch
            : FindingLevel.Broken;
    }
}
