using HubertSharp.Runs.Doctor.Facts;
using HubertSharp.Runs.Doctor.Logs;

namespace HubertSharp.Runs.Doctor.Findings.Rules.Tokenizers;

/// <summary>A tokenizer's training: discriminators that win, codes that nobody chooses, a teacher that cannot teach.</summary>
internal sealed class TokenizerRule : FindingRule
{
    /// <summary>Least squares of a discriminator: 0.5 where it cannot tell real from made, 0 where it always can.</summary>
    private const double Winning = 0.1, Won = 0.02;

    /// <summary>The generator's side: 0.25 where the discriminator cannot tell, 1 where it always can.</summary>
    private const double Losing = 0.75, Lost = 0.9;

    /// <summary>Before, the generator makes noise, which anything can tell from speech.</summary>
    private const long EarliestUpdate = 500;

    /// <summary>
    /// New places keep nearly all codes alive; a third dead is a codebook of a smaller size, nine tenths one of next to nothing.
    /// </summary>
    private const double ManyDead = 0.33, MostDead = 0.9;

    /// <summary>Along the dimensions -ln σ(cosine): ln 2 is 0.693, no relation at all.</summary>
    private const double NoRelation = 0.68;

    private const long DistilledBy = 1000;

    public override IEnumerable<Finding> Examine(LossFacts f)
    {
        if (!f.Context.IsTokenizer)
            return [];
        return Teacher(f).Concat(f.Updates < EarliestUpdate ? [] : Discriminators(f).Concat(Codes(f)));
    }

    private static IEnumerable<Finding> Discriminators(LossFacts f)
    {
        var count = f.Curve.FinalMean(p => p[Metric.Discriminators]);
        if (!(count > 0) || f.Curve.Median(p => p[Metric.DiscriminatorLoss], 0.8) / count is not { } theirs
            || f.Curve.Median(p => p[Metric.AdversarialLoss], 0.8) / count is not { } ours)
            yield break;
        if (theirs >= Winning || ours <= Losing)
            yield break;
        var isOver = theirs < Won && ours > Lost;
        yield return new Finding(isOver ? FindingLevel.Broken : FindingLevel.Watch, "discriminator_wins", FindingConfidence.Likely,
            ($"the discriminators' loss is {Number(theirs)} each (0.5 where they cannot tell, 0 where they always can), the generator's "
                + $"against them {Number(ours)} (0.25 and 1)",
                $"每个判别器的损失为 {Number(theirs)}（无法分辨时为 0.5，总能分辨时为 0），生成器的对抗损失为 {Number(ours)}（相应为 0.25 与 1）"),
            ("the discriminators win: what they say no longer shows the generator a way", "判别器占了上风：其输出已无法为生成器指明方向"),
            ("start again with a lower optimization.lr, narrower discriminators (model.stft_filters, model.period_channels, "
                + "model.scale_channels), or a generator that can follow them (model.n_filters, model.n_q, model.codebook_size)",
                "用更低的 optimization.lr、更窄的判别器（model.stft_filters、model.period_channels、model.scale_channels）或更强的生成器"
                + "（model.n_filters、model.n_q、model.codebook_size）重新训练"),
            Sources.DiscriminatorWins);
    }

    private static IEnumerable<Finding> Codes(LossFacts f)
    {
        if (f.Curve.Median(p => p[Metric.DeadCodes], 0.8) is not (> ManyDead and var dead))
            yield break;
        yield return new Finding(dead > MostDead ? FindingLevel.Broken : FindingLevel.Watch, "dead_codes", FindingConfidence.Certain,
            ($"{Percent(dead)} of the codes of one quantiser are dead: next to nothing chooses them (dead_q1 and so on say which)",
                $"某一量化器有 {Percent(dead)} 的码字已失效：几乎没有向量选择它们（见 dead_q1 等）"),
            ("the codebook says less than its size allows", "码本表达的信息少于其容量"),
            ("give dead codes new places: task.parity=repaired with model.dead_code_threshold above 0; "
                + "or use a smaller model.codebook_size, "
                + "or more audio per update",
                "为失效码字分配新位置：task.parity=repaired 且 model.dead_code_threshold 大于 0；或减小 model.codebook_size，或增加每次更新的音频"),
            Sources.Tokenizer);
    }

    private static IEnumerable<Finding> Teacher(LossFacts f)
    {
        var (teacher, frames) = (f.Curve.FinalMean(p => p[Metric.TeacherRate]), f.Curve.FinalMean(p => p[Metric.FrameRate]));
        if (f.Context.IgnoresTeacherRate && teacher > 0 && frames > 0 && Math.Abs(teacher.Value - frames.Value) > 0.01 * frames)
            yield return new Finding(FindingLevel.Broken, "teacher_rate", FindingConfidence.Certain,
                ($"the teacher has {Number(teacher.Value)} frames per second, the tokenizer {Number(frames.Value)}",
                    $"教师特征每秒 {Number(teacher.Value)} 帧，分词器每秒 {Number(frames.Value)} 帧"),
                ("each frame learns what is said at another moment", "每一帧学到的是另一时刻的内容"),
                ("set task.parity=repaired, which takes every n-th frame of a teacher of a multiple of the rate, or give features of the "
                    + "tokenizer's rate", "设置 task.parity=repaired（教师速率为整数倍时每 n 帧取一帧），或提供与分词器速率相同的特征"),
                Sources.Tokenizer);
        if (f.Context.DistillsAlongTime)
            yield return new Finding(FindingLevel.Watch, "distillation_axis", FindingConfidence.Likely,
                ("the distillation compares frames (criterion.distill_type=t_axis)", "蒸馏逐帧比较（criterion.distill_type=t_axis）"),
                ("the released tokenizer, and all that is published of it, was trained along the dimensions; "
                    + "along time the first quantiser "
                    + "learns less of what is said", "已发布的分词器及其全部公开结果均沿特征维度训练；沿时间蒸馏时第一个量化器学到的内容更少"),
                ("set criterion.distill_type=d_axis", "设置 criterion.distill_type=d_axis"), Sources.DistillationAxis);
        else if (f.Updates >= DistilledBy && f.Curve.Median(p => p[Metric.DistillationLoss], 0.8) is > NoRelation and var distill)
            yield return new Finding(FindingLevel.Watch, "distillation_stuck", FindingConfidence.Likely,
                ($"the distillation is {Number(distill)} after {Count(f.Updates)} updates; 0.693 is no relation to the teacher",
                    $"{Count(f.Updates)} 次更新后蒸馏损失为 {Number(distill)}；0.693 表示与教师毫无关系"),
                ("the first quantiser learns nothing from its teacher", "第一个量化器没有从教师学到任何东西"),
                ("check that the features are of these recordings, in this order, and at the tokenizer's rate; raise "
                    + "criterion.distill_loss_lambda", "检查特征是否属于这些录音、顺序与速率是否一致；提高 criterion.distill_loss_lambda"),
                Sources.Tokenizer);
    }
}
