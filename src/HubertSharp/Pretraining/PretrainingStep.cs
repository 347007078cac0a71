using HubertSharp.Models;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tensors;
using HubertSharp.Training;
using static TorchSharp.torch;

namespace HubertSharp.Pretraining;

/// <summary>Forward and backward of HuBERT's updates: what a run trains with and a benchmark times.</summary>
internal sealed class PretrainingStep(HubertModel model, CriterionConfig criterion, long seed)
{
    /// <summary>Unmasked frames carry no gradient, so they are scored only this often (and always when they are logged).</summary>
    private const int ScoreUnmaskedEvery = 10;

    /// <summary>
    /// Everything random in a step is a function of (seed, update, micro-batch): loader threads draw the masks that the step would.
    /// </summary>
    public ulong Seed(long update, int micro) => UpdateSeed.Derive(seed, UpdateSeed.Purpose.Step, update, micro);

    /// <summary>What a micro-batch is computed with.</summary>
    public StepContext Context(long update, int micro, bool logs) =>
        new(Training: true, Seed(update, micro), ScoreUnmasked: logs || update % ScoreUnmaskedEvery == 0);

    /// <summary>All micro-batches of an update; gradients add up in the model's flat buffer.</summary>
    /// <param name="batches">The micro-batches.</param>
    /// <param name="update">From 1.</param>
    /// <param name="logs">Whether a line of the log follows.</param>
    /// <param name="lossScale">What every loss is multiplied with before its backward pass.</param>
    /// <param name="profile">Takes the time of the parts; null outside of benchmarks.</param>
    public StepScores Compute(
        IReadOnlyList<PretrainingBatch> batches, long update, bool logs, double lossScale, StepProfile? profile = null)
    {
        var scores = new StepScores();
        foreach (var (number, batch) in batches.Index())
        {
            using var scope = NewDisposeScope();
            var step = Context(update, batch.Micro, logs) with
            {
                Profile = profile,
                LayerDone = number == batches.Count - 1 ? model.Parameters.LayerDone : null,
            };
            var result = model.Loss(batch.Batch, criterion, step);
            profile?.End("loss");
            BackwardPass.Of(result.Loss, lossScale);
            profile?.End("front end backward");
            scores.Add(result, batch, model.DroppedLayers(step));
        }
        return scores;
    }
}
