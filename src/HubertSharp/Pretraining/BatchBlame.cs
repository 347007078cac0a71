using HubertSharp.Models;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Runs.Manifests;
using HubertSharp.Training.Updates;

namespace HubertSharp.Pretraining;

/// <summary>Names the rows in which an update that is not finite went wrong.</summary>
internal sealed class BatchBlame(HubertModel model, CriterionConfig criterion, Manifest manifest)
{
    /// <summary>
    /// By the rows' losses; when those are finite, by the gradients of each row alone, which leaves rubbish in the gradients.
    /// </summary>
    /// <param name="scores">Read off the device.</param>
    /// <param name="batches">The update's micro-batches.</param>
    /// <param name="stepOf">The context that a micro-batch was computed with.</param>
    public BlamedRows Of(StepScores scores, IReadOnlyList<PretrainingBatch> batches, Func<int, StepContext> stepOf)
    {
        var losses = scores.RowLosses.ToDictionary(r => (r.MicroBatch, r.Row), r => (double?)r.LossNats);
        var suspects = scores.IsFinite
            ? RowProbe.NotFinite(model, criterion, batches, stepOf).ToHashSet()
            : scores.RowLosses.Where(r => !double.IsFinite(r.LossNats)).Select(r => (r.MicroBatch, r.Row)).ToHashSet();
        var rows = new List<BadBatch.Utterance>();
        for (var micro = 0; micro < batches.Count; micro++)
        {
            var batch = batches[micro];
            for (var row = 0; row < batch.Batch.Rows; row++)
            {
                rows.Add(new BadBatch.Utterance(micro, row, manifest.Entries[batch.Utterances[row]].RelativePath, batch.Languages[row],
                    batch.Batch.LengthsSamples[row], losses.GetValueOrDefault((micro, row)), BatchDump.Peak(batch.Batch, row),
                    suspects.Contains((micro, row))));
            }
        }
        return new BlamedRows(rows, batches.SelectMany((batch, micro) => BatchDump.Of(batch.Batch, $"micro{micro}.")));
    }
}
