using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace HubertSharp.Models;

/// <summary>
/// fairseq's <c>HubertCriterion</c>: weighted sums in nats, plus the features penalty times the sample size. Where several layers predict,
/// the mean over them, so that chance is the same with any number of them.
/// </summary>
internal static class HubertCriterion
{
    /// <param name="config">Weights.</param>
    /// <param name="masked">Per label set; empty when skipped.</param>
    /// <param name="unmasked">Per label set; empty when skipped.</param>
    /// <param name="featuresPenalty">0-dim float32: mean square of the front end's output.</param>
    /// <param name="middle">What the middle layers' heads predicted, if any.</param>
    public static LossResult Combine(
        CriterionConfig config, IReadOnlyList<FrameScores> masked, IReadOnlyList<FrameScores> unmasked, Tensor featuresPenalty,
        IReadOnlyList<LayerScores>? middle = null)
    {
        middle ??= [];
        double layers = middle.Count + 1;
        using var scope = NewDisposeScope();
        var loss = zeros_like(featuresPenalty);
        var sampleSize = 0L;
        void Add(IReadOnlyList<FrameScores> scores, double weight)
        {
            if (weight <= 0 || scores.Count == 0)
                return;
            foreach (var score in scores)
                loss = loss.add(score.LossSum * Scalars.Of(weight / layers), Scalars.One);
        }

        Add(masked, config.PredMaskedWeight);
        Add(unmasked, config.PredNomaskWeight);
        foreach (var layer in middle)
        {
            Add(layer.Masked, config.PredMaskedWeight);
            Add(layer.Unmasked, config.PredNomaskWeight);
        }
        if (config.PredMaskedWeight > 0 && masked.Count > 0)
            sampleSize += masked[0].Count;
        if (config.PredNomaskWeight > 0 && unmasked.Count > 0)
            sampleSize += unmasked[0].Count;
        Tensor? penalty = null;
        if (config.LossWeights is [var weight, ..] && weight != 0)
        {
            using var factor = (weight * sampleSize).ToScalar();
            penalty = featuresPenalty * factor;
            loss = loss.add(penalty, Scalars.One);
        }
        return new LossResult(loss.MoveToOuterDisposeScope(), sampleSize, masked, unmasked, penalty?.detach().MoveToOuterDisposeScope())
        {
            Middle = middle,
        };
    }
}
