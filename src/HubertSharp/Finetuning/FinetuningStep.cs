using HubertSharp.Models;
using HubertSharp.Models.Ctc;
using HubertSharp.Runs.Configuration;
using HubertSharp.Tensors;
using HubertSharp.Training;
using static TorchSharp.torch;

namespace HubertSharp.Finetuning;

/// <summary>Forward and backward of a fine-tuning's updates.</summary>
internal sealed class FinetuningStep(FinetunedModel model, FinetuningConfig config, IReadOnlyList<string> parts)
{
    public StepContext Context(long update, int micro) =>
        new(Training: true, UpdateSeed.Derive(config.Common.Seed, UpdateSeed.Purpose.Step, update, micro), ScoreUnmasked: false);

    /// <summary>Whether only the output layer learns: fairseq compares with the updates that are done.</summary>
    public bool IsFrozen(long update) => update - 1 < config.Model.FreezeFinetuneUpdates;

    /// <summary>All micro-batches of an update; gradients add up in the model's flat buffer.</summary>
    public CtcScores Compute(IReadOnlyList<FinetuningBatch> batches, long update, double lossScale)
    {
        var scores = new CtcScores(config.Criterion, parts, model.Parameters.Masters.device);
        var frozen = IsFrozen(update);
        foreach (var (number, batch) in batches.Index())
        {
            using var scope = NewDisposeScope();
            var step = Context(update, batch.Micro) with
            {
                LayerDone = number == batches.Count - 1 ? model.Parameters.LayerDone : null,
            };
            var (logits, frames) = model.Forward(batch.Batch, step, frozen);
            var (losses, gradient) = CtcLoss.Of(logits, frames, batch.Targets, FinetunedModel.Blank);
            BackwardPass.Of(logits, gradient, lossScale);
            scores.Add(losses, batch, model.IdleGroups(step, frozen));
        }
        return scores;
    }

    /// <summary>One batch of a validation.</summary>
    public MeasuredBatch Measure(FinetuningBatch batch)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var (logits, frames) = model.Forward(batch.Batch, new StepContext(Training: false, 0, ScoreUnmasked: false), frozen: false);
        return new MeasuredBatch(batch, CtcLoss.Of(logits, frames, batch.Targets, FinetunedModel.Blank).Rows,
            GreedyPath.Of(logits, frames, FinetunedModel.Blank));
    }
}
