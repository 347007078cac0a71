using HubertSharp.Runs.Doctor.Facts;

namespace HubertSharp.Runs.Doctor.Findings.Rules;

/// <summary>Unmasked accuracy below masked accuracy looks wrong and is not.</summary>
internal sealed class AccuracyRule : FindingRule
{
    public override IEnumerable<Finding> Examine(LossFacts f)
    {
        if (f.IsMasked
            && f.Accuracy is { } masked
            && f.Curve.FinalMean(p => p.AccuracyUnmasked) is { } unmasked
            && unmasked < masked
            && f.Updates >= 100)
            yield return new Finding(FindingLevel.Info, "unmasked_below_masked", FindingConfidence.Certain,
                ($"accuracy {Percent(unmasked)} on unmasked frames, {Percent(masked)} on masked ones"
                    + (IsSampled(f) ? " (unmasked frames are scored in every tenth update only)" : ""),
                    $"未掩码帧准确率 {Percent(unmasked)}，掩码帧 {Percent(masked)}"
                    + (IsSampled(f) ? "（未掩码帧每十次更新才评分一次）" : "")),
                ("only masked frames enter the loss, so this is normal, above all for MFCC labels", "只有掩码帧计入损失，因此是正常的，尤其对 MFCC 标签"),
                NothingToDo, Sources.UnmaskedAccuracy);
    }

    // this program leaves the unmasked frames out of the updates between
    private static bool IsSampled(LossFacts f) => f.Series.Format == Logs.LogFormat.HubertSharp;
}
