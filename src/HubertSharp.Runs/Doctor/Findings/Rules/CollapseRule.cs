using HubertSharp.Runs.Doctor.Facts;
using HubertSharp.Runs.Doctor.Logs;

namespace HubertSharp.Runs.Doctor.Findings.Rules;

/// <summary>Accuracy that falls to nothing, codebooks that use a few entries, teachers without variance.</summary>
internal sealed class CollapseRule : FindingRule
{
    public override IEnumerable<Finding> Examine(LossFacts f)
    {
        if (f.IsMasked && Accuracy(f) is { } accuracy)
            yield return accuracy;
        if (f.Objective == TrainingObjective.Contrastive && Codebook(f) is { } codebook)
            yield return codebook;
        if (Variance(f) is { } variance)
            yield return variance;
    }

    // seen in public logs: accuracy 0.76 falls to 0.26 at update 178,000 and stays there
    private static Finding? Accuracy(LossFacts f)
    {
        var values = f.Curve.Values(p => p.AccuracyMasked).Select(v => v.Value).ToArray();
        if (values.Length < 10 || f.Accuracy is not { } final)
            return null;
        var best = Enumerable.Range(0, values.Length - 4).Max(i => values[i..(i + 5)].Average());
        if (best < 0.1 || final > 0.5 * best)
            return null;
        // windows of few utterances differ by their utterances alone, and the best five of many lie high by chance
        var tail = Math.Max(1, values.Length / 20);
        if (best - final < 5 * LossCurve.NoiseOf(values) * ((1 / Math.Sqrt(5)) + (1 / Math.Sqrt(tail))))
            return null;
        return new Finding(FindingLevel.Broken, "accuracy_collapsed", FindingConfidence.Certain,
            ($"the masked accuracy fell from {Percent(best)} to {Percent(final)}", $"掩码准确率从 {Percent(best)} 跌到 {Percent(final)}"),
            ("the model has collapsed", "模型已崩溃"),
            ("go back to a checkpoint before the fall, with a lower learning rate", "回到下跌之前的检查点,并降低学习率"), Sources.Bands);
    }

    // A codebook of few entries makes the true latent easy to find: loss to 0, accuracy to 1. A dip to 15 of 640 in the first
    // thousand updates is usual and recovers.
    private static Finding? Codebook(LossFacts f)
    {
        var perplexity = f.Curve.FinalMean(p => p[Metric.CodePerplexity]);
        var trivial = f.IsTrivial;
        if (f.IsDead || !(trivial || (perplexity < 4 && f.Updates >= 2000)))
            return null;
        return new Finding(FindingLevel.Broken, "codebook_collapse",
            trivial && perplexity < 10 ? FindingConfidence.Certain : FindingConfidence.Likely,
            ($"contrastive loss {Bits(f.Final ?? 0)} bits, accuracy {Percent(f.Accuracy ?? 0)}, "
                + $"{(perplexity is { } p ? $"codebook perplexity {Bits(p)}" : "codebook unknown")}",
                $"对比损失 {Bits(f.Final ?? 0)} 比特,准确率 {Percent(f.Accuracy ?? 0)},{(perplexity is { } q ? $"码本困惑度 {Bits(q)}" : "码本未知")}"),
            ("the quantiser uses a few entries, so that telling the true one from the distractors is no task", "量化器只用少数码字,区分正负样本已不成问题"),
            ("start again with a lower learning rate, float32 in the quantiser, and batches as large as the recipe's",
                "以更低的学习率重新开始,量化器用 float32,并使用与配方相当的批量"), Sources.TrivialContrast);
    }

    private static Finding? Variance(LossFacts f)
    {
        var target = f.Curve.FinalMean(p => p[Metric.TargetVariance]);
        var prediction = f.Curve.FinalMean(p => p[Metric.PredictionVariance]);
        // data2vec itself stops below 0.1 and 0.01
        if (!(target < 0.1 || prediction < 0.01) || f.Updates < 1000)
            return null;
        return new Finding(FindingLevel.Broken, "variance_collapse", FindingConfidence.Likely,
            ($"variance of the targets {Number(target ?? double.NaN)}, of the predictions {Number(prediction ?? double.NaN)}",
                $"目标方差 {Number(target ?? double.NaN)},预测方差 {Number(prediction ?? double.NaN)}"),
            ("teacher or student gives nearly the same output for every input", "教师或学生对任何输入的输出几乎相同"),
            ("lower the learning rate, or lengthen the warm-up", "降低学习率或延长预热"), Sources.VarianceCollapse);
    }
}
