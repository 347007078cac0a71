using HubertSharp.Runs.Doctor.Facts;

namespace HubertSharp.Runs.Doctor.Findings.Rules;

/// <summary>A loss next to 0: labels that carry nothing.</summary>
internal sealed class TrivialRule : FindingRule
{
    /// <summary>fairseq's dictionary without entries still has four special symbols.</summary>
    private const double FourClassesBits = 2;

    public override IEnumerable<Finding> Examine(LossFacts f)
    {
        if (!f.IsMasked || !f.IsTrivial || f.Final is not { } loss)
            yield break;
        if (f.Objective == Logs.TrainingObjective.Unknown && f.HasVanished)
            yield break; // told as a collapse
        if (f.Context.LabelFindings.Any(l => l.Code is "empty_dictionary" or "one_cluster"))
            yield break; // told by the label check
        var seen = ($"the masked loss is only {Bits(loss)} bits{(f.Accuracy is { } a ? $" at an accuracy of {Percent(a)}" : "")}",
            $"掩码损失只有 {Bits(loss)} 比特{(f.Accuracy is { } b ? $"，准确率 {Percent(b)}" : "")}");
        var first = f.Series.First;
        var check = ("run 'hubert labels check' on the labels and the dictionary", "用 'hubert labels check' 检查标签与词典");
        // a mean over the first updates lies between the level of four classes and the 0 that it falls to
        var fourClasses = f.Context.Clusters is null
            && first.Update <= 300
            && first.LossMasked * f.Unit.ToBits is > 1.2 and < FourClassesBits + 0.2;
        if (f.Context.Clusters == 0 || fourClasses)
            yield return new Finding(FindingLevel.Broken, "empty_dictionary",
                f.Context.Clusters == 0 ? FindingConfidence.Certain : FindingConfidence.Likely, seen,
                ($"the first loss of {Bits((first.LossMasked ?? first.Loss ?? 0) * f.Unit.ToBits)} is that of fairseq's "
                    + $"four special symbols: "
                    + $"the dictionary is empty and every label is <unk>",
                    $"首个损失 {Bits((first.LossMasked ?? first.Loss ?? 0) * f.Unit.ToBits)} 正是 fairseq 四个特殊符号的水平：词典为空，所有标签都是 <unk>"),
                check, Sources.EmptyDictionary);
        else if (f.Context.LabelEntropyBits < 0.1)
            yield return new Finding(FindingLevel.Broken, "constant_label", FindingConfidence.Certain, seen,
                ($"the labels hold {Bits(f.Context.LabelEntropyBits.Value)} bits: they are all one cluster, there is nothing to predict",
                    $"标签只有 {Bits(f.Context.LabelEntropyBits.Value)} 比特：全是同一聚类，没有可预测的内容"), check, Sources.Page);
        else
            yield return new Finding(FindingLevel.Broken, "labels_trivial", FindingConfidence.Likely, seen,
                ("real labels cannot be guessed that well; most likely nearly all of them are one class, "
                    + "as with an empty or wrong dictionary (<unk>) or a constant label",
                    "真实标签不可能预测得这么准；很可能几乎全是同一类，例如词典为空或不匹配（<unk>）、标签恒定"),
                check, Sources.EmptyDictionary);
    }
}
