using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace HubertSharp.Models;

/// <summary>fairseq's <c>HubertCriterion</c>: weighted sums in nats, plus the features penalty times the sample size.</summary>
internal static class HubertCriterion
{
    /// <param name="config">Weights.</param>
    /// <param name="masked">Per label set; empty when skipped.</param>
    /// <param name="unmasked">Per label set; empty when skipped.</param>
    /// <param name="featuresPenalty">0-dim float32: mean square of the front end's output.</param>
    public static LossResult Combine(
        CriterionConfig config, IReadOnlyList<FrameScores> masked, IReadOnlyList<FrameScores> unmasked, Tensor featuresPenalty)
    {
        using var scope = NewDisposeScope();
        var loss = zeros_like(featuresPenalty);
        var sampleSize = 0L;
        void Add(IReadOnlyList<FrameScores> scores, double weight)
        {
            if (weight <= 0 || scores.Count == 0)
                return;
            foreach (var score in scores)
                loss = loss.add(score.LossSum * Scalars.Of(weight), Scalars.One);
            sampleSize += scores[0].Count;
        }

        Add(masked, config.PredMaskedWeight);
        Add(unmasked, config.PredNomaskWeight);
        Tensor? penalty = null;
        if (config.LossWeights is [var weight, ..] && weight != 0)
        {
            using var factor = (weight * sampleSize).ToScalar();
            penalty = featuresPenalty * factor;
            loss = loss.add(penalty, Scalars.One);
        }
        return new LossResult(loss.MoveToOuterDisposeScope(), sampleSize, masked, unmasked, penalty?.detach().MoveToOuterDisposeScope());
    }
}
