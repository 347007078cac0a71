using HubertSharp.Runs.Doctor.Facts;

namespace HubertSharp.Runs.Doctor.Findings.Rules;

/// <summary>How much of the curve's wiggle is nothing but the number of frames behind each line.</summary>
internal sealed class NoiseRule : FindingRule
{
    /// <summary>
    /// Standard deviation of one frame's loss in bits, and the frames that share one label on average: they are one draw.
    /// </summary>
    private const double FrameDeviation = 2.3, FramesPerDraw = 3;

    public override IEnumerable<Finding> Examine(LossFacts f)
    {
        if (!f.IsMasked
            || !f.IsScaled
            || f.Curve.Noise <= 0
            || f.Curve.Median(p => p.MaskedFrames, 0.5) is not (> 0 and var frames)
            || f.Curve.Updates.Length < 10)
            yield break;
        var steps = f.Curve.Updates.Zip(f.Curve.Updates.Skip(1), (a, b) => b - a).Order().ToArray();
        var updates = f.Series.Format.IsOneBatch ? 1 : steps[steps.Length / 2];
        var sampling = FrameDeviation * Math.Sqrt(FramesPerDraw / (frames * updates));
        yield return new Finding(FindingLevel.Info, "noise", FindingConfidence.Likely,
            ($"one line scatters by ± {Number(f.Curve.Noise)} bits; {Count(frames)} masked frames × {Count(updates)} updates alone "
                + $"give ± {Number(sampling)}",
                $"单行波动 ± {Number(f.Curve.Noise)} 比特;仅 {Count(frames)} 个掩码帧 × {Count(updates)} 次更新就有 ± {Number(sampling)}"),
            f.Curve.Noise < 2 * sampling
                ? ("the wiggle is sampling, not trouble", "波动来自采样,并非问题")
                : ("more than sampling: batches of different utterances, or a restless learning rate", "超出采样:批次语句差异大,或学习率不稳"),
            f.Curve.Noise < 2 * sampling ? ("judge averages over many lines", "请看多行的平均") : NothingToDo, Sources.Page);
    }
}
