using System.Globalization;
using HubertSharp.Runs.Reports;
using static HubertSharp.Runs.Doctor.FindingLevel;

namespace HubertSharp.Runs.Doctor;

/// <summary>Every sentence of the doctor, in both languages side by side.</summary>
internal sealed class DoctorTexts(ReportLanguage language)
{
    public string Summary(LossVerdict verdict, LossFacts facts, IReadOnlyList<LossFinding> findings)
    {
        var worst = findings.MaxBy(f => f.Level);
        var head = verdict switch
        {
            LossVerdict.Normal => Pick("Normal.", "正常。"),
            LossVerdict.TooEarly => Pick($"Too early to tell after {Count(facts.Updates)} updates.", $"才 {Count(facts.Updates)} 次更新,尚难判断。"),
            LossVerdict.Watch => Pick($"Watch it: {worst!.Seen}.", $"需要留意:{worst!.Seen}。"),
            _ => Pick($"Broken: {worst!.Seen}.", $"有问题:{worst!.Seen}。"),
        };
        if (facts is not { Final: { } loss, Chance: { } chance })
            return facts.Final is { } only ? Pick($"{head} Masked loss {B(only)} bits.", $"{head}掩码损失 {B(only)} 比特。") : head;
        var entropy = facts.Context.LabelEntropyBits is { } h ? Pick($", label frequencies alone {B(h)}", $",只知标签频率为 {B(h)}") : "";
        return Pick(
            $"{head} Masked loss {B(loss)} bits after {Count(facts.Updates)} updates; chance is {B(chance)}{entropy}; {P(facts.BitsExplained!.Value)} of the bits are explained.",
            $"{head}{Count(facts.Updates)} 次更新后掩码损失为 {B(loss)} 比特;随机水平 {B(chance)}{entropy};已解释 {P(facts.BitsExplained!.Value)} 的比特。");
    }

    public LossFinding NotFinite(FindingLevel level, int windows, long update) => Make(level, "not_finite",
        ($"the loss is not a number in {windows} logged windows, first at update {Count(update)}", $"有 {windows} 个记录窗口的损失不是有限数,首次在第 {Count(update)} 次更新"),
        level == Broken ? ("the parameters are most likely lost", "参数很可能已经损坏") : ("the run went on afterwards, so single updates overflowed", "之后训练恢复,说明只是个别更新溢出"),
        level == Broken ? ("go back to a checkpoint before it with a lower learning rate, and look for NaN in the features or audio", "回到此前的检查点并降低学习率,同时检查音频与特征中是否有 NaN")
            : ("look at the updates around it; common.fp16=false tells whether precision is the cause", "查看其前后的更新;用 common.fp16=false 可确认是否精度所致"));

    public LossFinding FirstLoss(long update, double total, double masked, double penalty, double? chance) => Make(Info, "first_loss",
        ($"up to update {Count(update)} the loss is {B(total)}: about {B(masked)} prediction and {B(penalty)} features penalty", $"到第 {Count(update)} 次更新,损失为 {B(total)}:约 {B(masked)} 来自预测,{B(penalty)} 来自特征惩罚"),
        chance is { } c
            ? ($"a fresh model guesses ({B(c)} bits, plus 0.07), and the penalty comes on top: it halves within the first hundred updates or so, a fall that is no learning", $"新模型只是在猜(约 {B(c)} 比特再加 0.07),惩罚叠加其上:它在最初一百次左右更新内减半,这种下降并不是学习")
            : ("a fresh model guesses, and the penalty comes on top and dies within some hundred updates", "新模型只是在猜,惩罚叠加其上并在数百次更新内消失"),
        ("judge the masked loss, not the whole loss", "请看掩码损失,而不是总损失"));

    public LossFinding Trivial(double loss, double? accuracy) => Make(Broken, "labels_trivial",
        ($"the masked loss is only {B(loss)} bits{(accuracy is { } a ? $" at an accuracy of {P(a)}" : "")}", $"掩码损失只有 {B(loss)} 比特{(accuracy is { } b ? $",准确率 {P(b)}" : "")}"),
        ("real labels cannot be guessed that well; most likely nearly all of them are one class, as with an empty or wrong dictionary (<unk>)", "真实标签不可能预测得这么准;很可能几乎全是同一类,例如词典为空或不匹配(<unk>)"),
        ("run 'hubert labels check' on the labels and the dictionary", "用 'hubert labels check' 检查标签与词典"));

    public LossFinding Learning(double loss, double chance, double? entropy, double explained) => Make(Info, "learning",
        ($"the masked loss is {B(loss)} bits, chance {B(chance)}{(entropy is { } h ? $", label frequencies alone {B(h)}" : "")}", $"掩码损失 {B(loss)} 比特,随机水平 {B(chance)}{(entropy is { } g ? $",只知标签频率为 {B(g)}" : "")}"),
        ($"the model predicts from context: {P(explained)} of the bits", $"模型在利用上下文做预测:已解释 {P(explained)} 的比特"),
        ("compare features by a probe or cluster quality; the loss alone does not say how good they are", "请用探测或聚类质量比较特征;仅凭损失不能说明其好坏"));

    public LossFinding StillAtChance(FindingLevel level, double loss, double chance, double? entropy, long updates) => Make(level, "at_chance",
        ($"after {Count(updates)} updates the masked loss is {B(loss)} bits, where guessing by label frequency gives {(entropy is { } h ? B(h) : $"up to 0.3 below {B(chance)}")}", $"{Count(updates)} 次更新后掩码损失 {B(loss)} 比特,而按标签频率猜测就有 {(entropy is { } g ? B(g) : $"比 {B(chance)} 低至多 0.3")}"),
        level == Info ? ("nothing beyond the frequencies is learnt yet, which is common at the start", "目前只学到了频率,刚开始时很常见") : ("nothing beyond the frequencies is learnt", "除频率以外什么也没学到"),
        level == Info ? ("wait", "继续等待") : ("check that labels belong to the audio ('hubert labels check'), then the learning rate and its warm-up", "检查标签与音频是否对应('hubert labels check'),再检查学习率与预热"));

    public LossFinding AboveChance(FindingLevel level, double loss, double chance, long updates) => Make(level, "above_chance",
        ($"after {Count(updates)} updates the masked loss is {B(loss)} bits, {B(loss - chance)} above chance", $"{Count(updates)} 次更新后掩码损失 {B(loss)} 比特,高于随机水平 {B(loss - chance)}"),
        ("the model is sure of wrong labels; the features penalty cannot explain it", "模型对错误的标签过于自信;特征惩罚不能解释这一点"),
        ("lower the learning rate or lengthen the warm-up, and check the number of clusters", "降低学习率或延长预热,并核对聚类数"));

    public LossFinding Dead(double loss, double chance, double gradient) => Make(Broken, "dead_gradient",
        ($"the masked loss stays at {B(loss)} bits (chance {B(chance)}) with a gradient norm of {gradient:0.0e+0}", $"掩码损失停在 {B(loss)} 比特(随机水平 {B(chance)}),梯度范数仅 {gradient:0.0e+0}"),
        ("no gradient arrives: the features are constant, or all is frozen", "没有梯度:特征恒定,或参数被冻结"),
        ("start again with a lower learning rate, and look at the audio (silence?) and model.feature_grad_mult", "以更低的学习率重新开始,并检查音频(是否静音)与 model.feature_grad_mult"));

    public LossFinding Divergence(FindingLevel level, double best, long update, double loss) => Make(level, "diverged",
        ($"the masked loss rose from {B(best)} bits around update {Count(update)} to {B(loss)}", $"掩码损失从第 {Count(update)} 次更新附近的 {B(best)} 比特升到 {B(loss)}"),
        level == Broken ? ("what was learnt is lost", "已学到的内容丢失了") : ("something was lost that has not come back yet", "有所退步,且尚未恢复"),
        ("go back to a checkpoint before it, with a lower learning rate or clip_norm", "回到此前的检查点,并降低学习率或 clip_norm"));

    public LossFinding Collapse(double best, double final) => Make(Broken, "accuracy_collapsed",
        ($"the masked accuracy fell from {P(best)} to {P(final)}", $"掩码准确率从 {P(best)} 跌到 {P(final)}"),
        ("the model has collapsed", "模型已崩溃"),
        ("go back to a checkpoint before the fall, with a lower learning rate", "回到下跌之前的检查点,并降低学习率"));

    public LossFinding Spikes(FindingLevel level, int count, long last) => Make(level, "spikes",
        ($"{count} spikes of the masked loss, the last at update {Count(last)}", $"掩码损失有 {count} 次尖峰,最后一次在第 {Count(last)} 次更新"),
        level == Info ? ("single spikes heal by themselves", "零星的尖峰会自行恢复") : ("so many say that the learning rate is at its limit", "次数这么多,说明学习率已到极限"),
        level == Info ? ("nothing to do unless the loss stays up", "若损失没有停在高处,无需处理") : ("lower the learning rate or clip_norm if they go on", "若仍出现,请降低学习率或 clip_norm"));

    public LossFinding Falling(double slope, bool finished) => Make(Info, "still_falling",
        ($"over the last quarter the masked loss falls by {B(-slope)} bits per 1,000 updates", $"在最后四分之一的更新中,掩码损失每 1,000 次更新下降 {B(-slope)} 比特"),
        finished ? ("the run ended before it had learnt all it could", "训练在学尽之前就结束了") : ("it is still learning", "仍在学习"),
        ("train longer: it helps even after the loss looks flat", "继续训练:即使损失看起来已平,仍有收益"));

    public LossFinding Rising(double slope) => Make(Watch, "rising",
        ($"over the last quarter the masked loss rises by {B(slope)} bits per 1,000 updates", $"在最后四分之一的更新中,掩码损失每 1,000 次更新上升 {B(slope)} 比特"),
        ("more than the noise of the curve explains", "超出了曲线噪声所能解释的程度"),
        ("lower the learning rate if it goes on", "若继续上升,请降低学习率"));

    public LossFinding Flat(long? maxUpdate) => Make(Info, "flat",
        ("the masked loss has not changed over the last quarter of the updates", "在最后四分之一的更新中掩码损失没有变化"),
        ("the decay of the learning rate usually brings it down once more", "学习率衰减后通常还会再下降"),
        maxUpdate is { } m ? ($"go on to update {Count(m)}", $"继续训练到第 {Count(m)} 次更新") : ("go on to the planned end", "继续训练到计划的终点"));

    public LossFinding Gap(FindingLevel level, double train, double valid) => Make(level, level == Info ? "valid_agrees" : "valid_gap",
        ($"validation {B(valid)} bits, training {B(train)}", $"验证 {B(valid)} 比特,训练 {B(train)}"),
        level == Info ? ("the model does as well on other utterances, as far as masks and noise let one see", "在掩码与噪声允许的范围内,模型在其他语句上同样好") : ("the model learns the training utterances by heart, or the validation labels are of another k-means", "模型在死记训练语句,或验证标签来自另一个 k-means"),
        level == Info ? ("nothing to do", "无需处理") : ("run 'hubert labels check' with both splits; if the labels agree, use more data or a smaller model", "用 'hubert labels check' 同时检查两个划分;若标签一致,请增加数据或缩小模型"));

    public LossFinding ValidAtChance(double train, double valid) => Make(Watch, "valid_at_chance",
        ($"validation stays at chance ({B(valid)} bits) while training is at {B(train)}", $"训练为 {B(train)} 比特,而验证停在随机水平({B(valid)} 比特)"),
        ("this looks like validation labels of another k-means model, or labels that belong to other audio", "很像验证标签来自另一个 k-means,或与音频不对应"),
        ("run 'hubert labels check' with both splits and label them with one model", "用 'hubert labels check' 同时检查两个划分,并用同一模型打标签"));

    public LossFinding GradientGrows(double before, double now) => Make(Watch, "gradient_grows",
        ($"the gradient norm grew from {before:0.00} to {now:0.00}", $"梯度范数从 {before:0.00} 增大到 {now:0.00}"),
        ("this often comes before a divergence", "这常是发散的前兆"),
        ("keep the last checkpoint; lower the learning rate if the loss rises", "保留最近的检查点;若损失上升,请降低学习率"));

    public LossFinding GradientHealthy(double now, double? clipped) => Make(Info, "gradient",
        ($"gradient norm {now:0.00}{(clipped is { } c ? $", {c:0} % of the updates clipped" : "")}", $"梯度范数 {now:0.00}{(clipped is { } d ? $",{d:0} % 的更新被裁剪" : "")}"),
        ("steady", "平稳"), ("nothing to do", "无需处理"));

    public LossFinding LossScaleLow(double scale, int halvings) => Make(Broken, "loss_scale",
        ($"the loss scale fell to {scale:0.0e+0} in {halvings} halvings", $"损失缩放经 {halvings} 次减半降到 {scale:0.0e+0}"),
        ("half precision overflows all the time", "半精度持续溢出"), ("use bf16 or float32, or lower the learning rate", "改用 bf16 或 float32,或降低学习率"));

    public LossFinding LossScaleHalved(int halvings) => Make(Info, "loss_scale_halved",
        ($"the loss scale was halved {halvings} times", $"损失缩放减半 {halvings} 次"), ("it looks for the largest scale that fits", "在寻找可用的最大缩放"), ("nothing to do", "无需处理"));

    public LossFinding UnmaskedBelowMasked(double masked, double unmasked) => Make(Info, "unmasked_below_masked",
        ($"accuracy {P(unmasked)} on unmasked frames, {P(masked)} on masked ones", $"未掩码帧准确率 {P(unmasked)},掩码帧 {P(masked)}"),
        ("only masked frames enter the loss, so this is normal, above all for MFCC labels", "只有掩码帧计入损失,因此是正常的,尤其对 MFCC 标签"), ("nothing to do", "无需处理"));

    public LossFinding Restarts(int count) => Make(Info, "restarts",
        ($"the updates went back {count} times", $"更新次数回退 {count} 次"), ("the run was resumed from older checkpoints; the newer lines count", "训练曾从较早的检查点恢复;以较新的记录为准"), ("nothing to do", "无需处理"));

    public LossFinding ClassesUnknown() => Make(Info, "classes_unknown",
        ("the number of clusters is not known", "聚类数未知"), ("without it chance is unknown, and a loss cannot be placed", "没有它就不知道随机水平,无法判断损失的位置"), ("give --clusters K or --labels train.km", "请给出 --clusters K 或 --labels train.km"));

    public LossFinding ClassesInferred(int clusters) => Make(Info, "classes_inferred",
        ($"the first loss suggests {clusters} clusters", $"首个损失提示聚类数为 {clusters}"), ("a guess from the level of a fresh model", "这是由新模型的损失水平推测的"), ("give --clusters K or --labels train.km to be sure", "请给出 --clusters K 或 --labels train.km 以确认"));

    public LossFinding EntropyUnknown() => Make(Info, "entropy_unknown",
        ("the label histogram is not known", "标签直方图未知"), ("the level of guessing by frequency lies somewhere below chance", "按频率猜测的水平在随机水平之下的某处"), ("give --labels train.km", "请给出 --labels train.km"));

    public LossFinding SkewedLabels(double entropy, double chance) => Make(Info, "skewed_labels",
        ($"the labels have {B(entropy)} bits of at most {B(chance)}", $"标签熵为 {B(entropy)} 比特,上限 {B(chance)}"), ("a few clusters take most frames, so part of the explained bits is their frequency", "少数聚类占了大部分帧,因此已解释比特的一部分只是频率"), ("compare the loss with the label entropy, not with chance", "请与标签熵比较,而不是与随机水平比较"));

    public LossFinding Reference(FindingLevel level, double own, double other, ReferenceRun run) => Make(level, "reference",
        ($"loss / chance is {own:0.00}; {run.Run} ({run.Data}, K={run.Clusters}) had {other:0.00} at update {Count(run.Updates)} ({run.Source})",
            $"损失/随机水平为 {own:0.00};{run.Run}({run.Data},K={run.Clusters})在第 {Count(run.Updates)} 次更新时为 {other:0.00}({run.Source})"),
        level == Watch ? ("far above every published run of this length", "远高于所有同等长度的公开结果")
            : Math.Abs(own - other) <= 0.1 ? ("about the same", "大致相同")
            : own < other ? ("lower; other data and batch sizes move it, so this alone says little", "更低;数据与批量不同会使其变化,仅凭此说明不了多少")
            : ("higher; other data, batch sizes and warm-ups move it, so this alone says little", "更高;数据、批量与预热不同会使其变化,仅凭此说明不了多少"),
        level == Watch ? ("check labels, learning rate and batch size", "检查标签、学习率与批量") : ("nothing to do", "无需处理"));

    private LossFinding Make(FindingLevel level, string code, (string En, string Zh) seen, (string En, string Zh) meaning, (string En, string Zh) next) =>
        new(level, code, Pick(seen.En, seen.Zh), Pick(meaning.En, meaning.Zh), Pick(next.En, next.Zh));

    private string Pick(string english, string chinese) => language == ReportLanguage.Chinese ? chinese : english;

    private static string B(double bits) => bits.ToString("0.00", CultureInfo.InvariantCulture);

    private static string P(double share) => $"{(100 * share).ToString("0.#", CultureInfo.InvariantCulture)} %";

    private static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);
}
