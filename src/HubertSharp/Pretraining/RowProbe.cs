using HubertSharp.Models;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tensors.Kernels;
using static TorchSharp.torch;

namespace HubertSharp.Pretraining;

/// <summary>
/// Finds the rows of an update whose gradients are not finite although the loss is: each row's gradients are computed once more, alone.
/// Costs about one more step, which only a bad update pays.
/// </summary>
internal static class RowProbe
{
    /// <summary>The rows; empty when each is harmless alone. Leaves rubbish in the gradients.</summary>
    public static IReadOnlyList<(int MicroBatch, int Row)> NotFinite(
        HubertModel model, CriterionConfig criterion, IReadOnlyList<PretrainingBatch> batches, Func<int, StepContext> stepOf)
    {
        var found = new List<(int, int)>();
        for (var micro = 0; micro < batches.Count; micro++)
        {
            for (var row = 0; row < batches[micro].Batch.Rows; row++)
            {
                using var scope = NewDisposeScope();
                model.Parameters.ZeroGradients();
                model.Loss(batches[micro].Batch.RowAlone(row), criterion, stepOf(micro)).Loss.backward();
                if (!double.IsFinite(SumOfSquares.Of(model.Parameters.Gradients)))
                    found.Add((micro, row));
            }
        }
        return found;
    }
}
