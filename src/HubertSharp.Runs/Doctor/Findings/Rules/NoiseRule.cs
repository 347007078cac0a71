using HubertSharp.Runs.Doctor.Facts;

namespace HubertSharp.Runs.Doctor.Findings.Rules;

/// <summary>How much of the curve's fluctuation is nothing but the number of frames behind each line.</summary>
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
            ($"step-to-step noise is ±{Number(f.Curve.Noise)} bits, of which sampling ({Count(frames)} masked frames × "
                + $"{Counted.Of((long)updates, "update")}) explains ±{Number(sampling)}",
                $"日志点间噪声为 ±{Number(f.Curve.Noise)} 比特，其中采样（{Count(frames)} 个掩码帧 × {Count(updates)} 次更新）可解释 "
                + $"±{Number(sampling)}"),
            f.Curve.Noise < 2 * sampling
                ? ("the fluctuation is sampling noise", "波动来自采样噪声")
                : ("more than sampling: batches differ in their utterances, or the learning rate is unstable", "超出采样：批次语句差异大，或学习率不稳"),
            f.Curve.Noise < 2 * sampling ? ("judge averages over many lines", "请看多行的平均") : NothingToDo, Sources.Page);
    }
}
