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
        if (f.Objective != TrainingObjective.MaskedPrediction && f.HasVanished)
            yield return Vanished(f);
        else if (f.Objective == TrainingObjective.Contrastive && (Codebook(f) ?? Narrowing(f)) is { } codebook)
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
            ("go back to a checkpoint before the fall, with a lower learning rate", "回到下跌之前的检查点，并降低学习率"), Sources.Page);
    }

    // A codebook of few entries makes the true latent easy to find: loss to 0, accuracy to 1. A dip to 15 of 640 in the first
    // thousand updates is usual and recovers.
    private static Finding? Codebook(LossFacts f)
    {
        var perplexity = f.CodePerplexity;
        var trivial = f.IsTrivial;
        if (f.IsDead || !(trivial || (perplexity < 4 && f.Updates >= 2000)))
            return null;
        return new Finding(FindingLevel.Broken, "codebook_collapse",
            trivial && perplexity < 10 ? FindingConfidence.Certain : FindingConfidence.Likely,
            ($"contrastive loss {Bits(f.Final ?? 0)} bits, accuracy {Percent(f.Accuracy ?? 0)}, "
                + $"{(perplexity is { } p ? $"codebook perplexity {Bits(p)}" : "codebook unknown")}",
                $"对比损失 {Bits(f.Final ?? 0)} 比特，准确率 {Percent(f.Accuracy ?? 0)}，{(perplexity is { } q ? $"码本困惑度 {Bits(q)}" : "码本未知")}"),
            ("the quantiser uses a few entries, so that telling the true one from the distractors is no task", "量化器只用少数码字，区分正负样本已不成问题"),
            ("start again with a lower learning rate, float32 in the quantiser, and batches as large as the recipe's",
                "以更低的学习率重新开始，量化器用 float32，并使用与配方相当的批量"), Sources.TrivialContrast);
    }

    // seen in public logs: wav2vec's loss 5.7e-14, gradient norm 0, two codes in use
    private static Finding Vanished(LossFacts f)
    {
        var codes = f.CodePerplexity;
        var gradient = Number(f.Curve.FinalMean(p => p.GradientNorm) ?? 0);
        var at = f.Curve.Losses.AsSpan().LastIndexOfAnyInRange(1e-4 * f.Curve.Losses.Max(), double.MaxValue);
        var since = Count(f.Curve.Updates[Math.Min(at + 1, f.Curve.Updates.Length - 1)]);
        return new Finding(FindingLevel.Broken,
            f.Objective == TrainingObjective.Contrastive || codes is not null ? "codebook_collapse" : "collapse",
            FindingConfidence.Certain,
            ($"since update {since} the {LossName(f).English} is {Number(f.Final ?? 0)} with a gradient norm of {gradient}"
                + (codes is { } c ? $" and a code perplexity of {Bits(c)}" : ""),
                $"自第 {since} 次更新起{LossName(f).Chinese}为 {Number(f.Final ?? 0)}，梯度范数 {gradient}"
                + (codes is { } d ? $"，码本困惑度 {Bits(d)}" : "")),
            ("collapse: the task has become trivial (in contrastive training every negative equals the positive), "
                + "and nothing is learnt any more",
                "崩溃：任务已变得毫无难度（对比学习中负样本与正样本相同），模型不再学习"),
            ("go back to a checkpoint before it, with a lower learning rate, float32 in the quantiser and larger batches",
                "回到此前的检查点，降低学习率，量化器用 float32，并增大批量"), Sources.TrivialContrast);
    }

    // The hard choice uses a few entries where the soft one still spreads over many, and what is learnt of them does not carry over.
    private static Finding? Narrowing(LossFacts f)
    {
        if (f.CodePerplexity is not { } hard
            || f.Curve.FinalMean(p => p[Metric.ProbPerplexity]) is not { } soft
            || hard > 0.25 * soft
            || f.Updates < 2000
            || Gaps(f) is not { Count: >= 4 } gaps)
            return null;
        var (early, late) = (gaps.Take(gaps.Count / 2).Average(), gaps.TakeLast(Math.Max(1, gaps.Count / 4)).Average());
        if (late - early < Math.Max(0.1, 2 * f.Curve.Noise))
            return null;
        return new Finding(FindingLevel.Watch, "codebook_narrows", FindingConfidence.Likely,
            ($"code perplexity {Bits(hard)} of the hard choice, {Bits(soft)} of the soft one, while validation moves away from training "
                + $"(gap {Bits(early)}, now {Bits(late)})",
                $"硬选择的码本困惑度为 {Bits(hard)}，软选择为 {Bits(soft)}，同时验证与训练的差距由 {Bits(early)} 增至 {Bits(late)}"),
            ("few codes are really used: often the beginning of a collapse", "实际使用的码字很少：常是崩溃的开端"),
            ("keep this checkpoint; raise diversity_weight or the temperature's end, or lower the learning rate",
                "保留此检查点；增大 diversity_weight 或温度下限，或降低学习率"), Sources.TrivialContrast);
    }

    // each validation above the training around it
    private static List<double> Gaps(LossFacts f)
    {
        var gaps = new List<double>();
        foreach (var point in f.Series.Valid)
        {
            var at = Array.FindLastIndex(f.Curve.Updates, u => u <= point.Update);
            if (at >= 0 && point.Prediction * f.Unit.ToBits is { } valid && double.IsFinite(valid))
                gaps.Add(valid - f.Curve.Losses[at]);
        }
        return gaps;
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
                $"目标方差 {Number(target ?? double.NaN)}，预测方差 {Number(prediction ?? double.NaN)}"),
            ("teacher or student gives nearly the same output for every input", "教师或学生对任何输入的输出几乎相同"),
            ("lower the learning rate, or lengthen the warm-up", "降低学习率或延长预热"), Sources.VarianceCollapse);
    }
}
