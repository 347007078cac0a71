using HubertSharp.Runs.Doctor.Facts;

namespace HubertSharp.Runs.Doctor.Findings.Rules;

/// <summary>The run beside a published one at equal progress.</summary>
internal sealed class ReferenceRule : FindingRule
{
    public override IEnumerable<Finding> Examine(LossFacts f)
    {
        if (f.Place is not { } place)
            yield break;
        var (own, other, run) = (place.OwnLevel, place.Level, place.Run);
        // beyond 100,000 updates the published runs all lie between 0.38 and 0.50 of chance; far above is worth a look whatever the data
        var far = f.Updates >= 100_000 && own > 0.75;
        var higher = own > other + 0.02;
        yield return new Finding(far ? FindingLevel.Watch : FindingLevel.Info, "reference",
            f.Guess is null ? FindingConfidence.Likely : FindingConfidence.Possible,
            ($"loss / chance is {Bits(own)}; {run.Run} ({run.Data}, K={run.Clusters}) "
                + $"had {Bits(other)} at update {Count(place.UpdateOf(f.Updates))} ({run.Source})",
                $"损失/随机水平为 {Bits(own)}；{ReferenceNames.InChinese(run.Run)}（{ReferenceNames.InChinese(run.Data)}，K={run.Clusters}）"
                + $"在第 {Count(place.UpdateOf(f.Updates))} 次更新时为 {Bits(other)}（{ReferenceNames.InChinese(run.Source)}）"),
            far ? ("far above every published run of this length", "远高于所有同等长度的公开结果")
                : Math.Abs(own - other) <= 0.02 ? ("about the same", "大致相同")
                : higher ? ("higher: mixed languages, noisier or more varied data lie higher, and batch size and warm-up move it, "
                    + "so the loss alone does not say whether the features are worse", "更高：混合语言、噪声大或更多样的数据会更高，批量与预热也有影响，仅凭损失不能说明特征更差")
                : ("lower; other data, clusters and batch sizes move it, so this alone says little", "更低；数据、聚类与批量不同都会使其变化，仅凭此说明不了多少"),
            far ? ("check labels, learning rate and batch size", "检查标签、学习率与批量")
                : higher ? ("measure downstream instead: 'hubert quality' for the labels, 'hubert probe' for the features, per language",
                    "请改为测量下游表现：用 'hubert quality' 看标签，用 'hubert probe' 看特征，并分语言进行")
                : NothingToDo, higher ? Sources.MixedLanguages : Sources.Page);
    }
}
