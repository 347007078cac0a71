using HubertSharp.Runs.Doctor.Facts;
using HubertSharp.Runs.Doctor.Logs;

namespace HubertSharp.Runs.Doctor.Findings.Rules;

/// <summary>Training against validation: learning by heart, or labels of another k-means.</summary>
internal sealed class ValidRule : FindingRule
{
    public override IEnumerable<Finding> Examine(LossFacts f)
    {
        // CTC's validation loss may rise while its errors fall; a teacher's scale moves
        if (f is not { Final: not null, Valid: not null }
            || !(f.IsMasked || f.Objective == TrainingObjective.Contrastive)
            || !f.IsScaled
            || Last(f) is not var (train, valid, of))
            yield break;
        var which = of < 2 ? new Text("", "") : ($" (the middle one of the last {of} validations)", $"（最近 {of} 次验证中居中的一次）");
        var seen = new Text($"validation {Bits(valid)} bits, training around it {Bits(train)}{which.English}",
            $"验证 {Bits(valid)} 比特，其前后的训练 {Bits(train)} 比特{which.Chinese}");
        var values = f.Series.Valid.Select(p => p.Prediction * f.Unit.ToBits).OfType<double>().Where(double.IsFinite).ToArray();
        if (f.IsMasked && f.HasLearnt && f.Chance is { } chance && valid > chance - 0.1 && train < chance - 0.7)
            yield return new Finding(FindingLevel.Watch, "valid_at_chance", FindingConfidence.Likely,
                ($"validation is at chance or above it ({Bits(valid)} bits, chance {Bits(chance)}) while training is at {Bits(train)}",
                    $"训练为 {Bits(train)} 比特，而验证停在或高于随机水平（{Bits(valid)} 比特，随机水平 {Bits(chance)}）"),
                ("this looks like validation labels of another k-means model, or labels that belong to other audio; "
                    + "the model itself may be fine", "很像验证标签来自另一个 k-means，或与音频不对应；模型本身可能没有问题"),
                ("run 'hubert labels check' with both splits and label them with one model", "用 'hubert labels check' 同时检查两个划分，并用同一模型打标签"),
                Sources.OtherKMeans);
        else if (valid - train > Math.Max(0.4, 4 * f.Curve.Noise))
            yield return new Finding(FindingLevel.Watch, "valid_gap", FindingConfidence.Possible, seen,
                ("the model learns the training utterances by heart, or the validation labels are of another k-means, "
                    + "or the validation set is of other speech", "模型在死记训练语句，或验证标签来自另一个 k-means，或验证集是另一类语音"),
                ("run 'hubert labels check' with both splits; if the labels agree, use more data or a smaller model",
                    "用 'hubert labels check' 同时检查两个划分；若标签一致，请增加数据或缩小模型"), Sources.OtherKMeans);
        else if (values.Length >= 6
            && Medians(values).ToList() is var medians
            && medians[^1] - medians.Min() > Math.Max(0.3, 4 * LossCurve.NoiseOf(values))
            && f.TrendName == "falling")
            yield return new Finding(FindingLevel.Watch, "valid_diverges", FindingConfidence.Likely,
                ($"validation rose from {Bits(medians.Min())} to {Bits(medians[^1])} bits while training falls",
                    $"训练损失仍在下降，而验证从 {Bits(medians.Min())} 升到 {Bits(medians[^1])} 比特"),
                ("the model learns the training utterances by heart", "模型在死记训练语句"),
                ("use more data, a smaller model or more dropout", "请增加数据、缩小模型或加大 dropout"), Sources.Page);
        else
            yield return new Finding(FindingLevel.Info, "valid_agrees", FindingConfidence.Certain, seen,
                ("within the noise, the model is no worse on utterances that it was not trained on",
                    "在噪声范围内，模型在未参与训练的语句上并不更差"),
                NothingToDo, Sources.Page);
    }

    // Each of the last three validations beside the training around it; of the three pairs the middle one.
    private static (double Train, double Valid, int Of)? Last(LossFacts f)
    {
        var pairs = new List<(double Train, double Valid)>();
        foreach (var point in f.Series.Valid.Where(p => p.Prediction is { } l && double.IsFinite(l)).TakeLast(3))
        {
            var at = Array.FindLastIndex(f.Curve.Updates, u => u <= point.Update);
            if (at >= 0)
                pairs.Add((Middle(f.Curve.Losses[Math.Max(0, at - 2)..Math.Min(f.Curve.Losses.Length, at + 3)]),
                    point.Prediction!.Value * f.Unit.ToBits));
        }
        if (pairs.Count == 0)
            return null;
        var (train, valid) = pairs.OrderBy(p => p.Valid - p.Train).ElementAt((pairs.Count - 1) / 2);
        return (train, valid, pairs.Count);
    }

    private static IEnumerable<double> Medians(double[] values) =>
        Enumerable.Range(0, values.Length - 2).Select(i => Middle(values[i..(i + 3)]));

    private static double Middle(double[] values) => values.Order().ElementAt(values.Length / 2);
}
