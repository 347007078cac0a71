using HubertSharp.Runs.Doctor.Facts;

namespace HubertSharp.Runs.Doctor.Findings.Rules;

/// <summary>How classes, unit and label histogram are known, or that they are not.</summary>
internal sealed class ClassesRule : FindingRule
{
    public override IEnumerable<Finding> Examine(LossFacts f)
    {
        if (!f.IsMasked || !f.IsScaled)
            yield break;
        if (f.Unit.From is "first loss" or "assumed")
            yield return new Finding(FindingLevel.Info, "unit_inferred",
                f.Unit.From == "assumed" ? FindingConfidence.Possible : FindingConfidence.Likely,
                ($"the log does not say its unit; taken as {f.Unit.Name}{(f.Unit.From == "assumed" ? "" : " from its first loss")}",
                    $"日志未说明单位；{(f.Unit.From == "assumed" ? "假定" : "由首个损失推断")}为 {(f.Unit.Name == "bits" ? "比特" : "奈特")}"),
                ("fairseq logs bits, torchaudio, ESPnet and icefall log nats (1 nat = 1.44 bits)",
                    "fairseq 记录比特，torchaudio、ESPnet 与 icefall 记录奈特（1 奈特 = 1.44 比特）"),
                ("give --unit bits or --unit nats to be sure", "请给出 --unit bits 或 --unit nats 以确认"), Sources.Page);
        if (f.Context.Clusters is null)
            yield return new Finding(FindingLevel.Info, "classes_unknown", FindingConfidence.Certain,
                ("the number of clusters is not known", "聚类数未知"),
                ("without it chance is unknown, and a loss cannot be placed", "没有它就不知道随机水平，无法判断损失的位置"),
                ("give --clusters K or --labels train.km", "请给出 --clusters K 或 --labels train.km"), Sources.Page);
        else if (f.Guess is null && Doubt(f) is { } other)
            yield return new Finding(FindingLevel.Info, "classes_doubtful", FindingConfidence.Possible,
                ($"the first masked loss of {Bits(f.Series.First.LossMasked!.Value * f.Unit.ToBits)} bits is not that of "
                    + $"{f.Context.Clusters} "
                    + $"clusters ({Bits(f.Chance!.Value)}), but about that of {other}",
                    $"首个掩码损失 {Bits(f.Series.First.LossMasked!.Value * f.Unit.ToBits)} 比特与 {f.Context.Clusters} "
                    + $"个聚类（{Bits(f.Chance!.Value)}）不符，而接近 {other} 个聚类的水平"),
                ("another number of clusters, or a learning rate that throws the model off at once; "
                    + "chance and the share explained depend on it", "聚类数不对，或学习率一开始就使模型失常；随机水平与已解释的比例都取决于它"),
                ("check the number of clusters", "请核对聚类数"), Sources.Page);
        else if (f.Guess is { } guess)
            yield return new Finding(FindingLevel.Info, "classes_inferred",
                guess.Share > 0.9 ? FindingConfidence.Likely : FindingConfidence.Possible,
                ($"the first loss suggests {guess.Clusters} clusters{(guess.Share < 0.95 ? $"; {guess.Second} is not excluded" : "")}",
                    $"首个损失提示聚类数为 {guess.Clusters}{(guess.Share < 0.95 ? $"；不排除 {guess.Second}" : "")}"),
                ("a guess from the level of a fresh model", "这是由新模型的损失水平推测的"),
                ("give --clusters K or --labels train.km to be sure", "请给出 --clusters K 或 --labels train.km 以确认"), Sources.Page);
        else if (f.Context.LabelEntropyBits is not { } entropy)
            yield return new Finding(FindingLevel.Info, "entropy_unknown", FindingConfidence.Certain,
                ("the label histogram is not known", "标签直方图未知"),
                ("the level of guessing by frequency lies somewhere below chance", "按频率猜测的水平在随机水平之下的某处"),
                ("give --labels train.km", "请给出 --labels train.km"), Sources.Page);
        else if (entropy < 0.75 * f.Chance && entropy >= 0.1)
            yield return new Finding(FindingLevel.Info, "skewed_labels", FindingConfidence.Certain,
                ($"the labels have {Bits(entropy)} bits of at most {Bits(f.Chance!.Value)}",
                    $"标签熵为 {Bits(entropy)} 比特，上限 {Bits(f.Chance!.Value)}"),
                ("a few clusters take most frames, so part of the explained bits is their frequency", "少数聚类占了大部分帧，因此已解释信息量的一部分只是频率"),
                ("compare the loss with the label entropy, not with chance", "请与标签熵比较，而不是与随机水平比较"), Sources.Page);
        if (f.Series.LabelSets > 1)
            yield return new Finding(FindingLevel.Info, "label_sets", FindingConfidence.Certain,
                ($"the log has {f.Series.LabelSets} label sets; the last losses of the others are "
                    + $"{string.Join(", ", f.OtherSets.Select(Bits))} bits",
                    $"日志含 {f.Series.LabelSets} 个标签集；其余各集最后的损失为 {string.Join("、", f.OtherSets.Select(Bits))} 比特"),
                ("the first set is judged; the whole loss is the sum over the sets", "这里判断第一个集；总损失是各集之和"), NothingToDo, Sources.Criterion);
    }

    // Far above the chance of the K that is said, at the level of another usual one. Below it says nothing: the model may have been trained
    // before.
    private static int? Doubt(LossFacts f) => f.Series.First.LossMasked * f.Unit.ToBits > f.Chance + 0.7
        && ClassGuess.Of(f.Series, f.Context.SpecialClasses, f.Unit.Name) is { Share: > 0.8 } other
        && Math.Log2(other.Clusters) > f.Chance + 0.5 ? other.Clusters : null;
}
