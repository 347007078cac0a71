using HubertSharp.Models;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Manifests;
using HubertSharp.Tensors.Kernels;
using HubertSharp.Training.Updates;

namespace HubertSharp.Finetuning;

/// <summary>Names the rows in which an update that is not finite went wrong.</summary>
internal static class FinetuningBlame
{
    /// <summary>
    /// By the rows' losses; when those are finite, by the gradients of each row alone, which leaves rubbish in the gradients.
    /// </summary>
    /// <param name="step">Computes rows again.</param>
    /// <param name="model">Whose gradients they are.</param>
    /// <param name="manifest">Names the recordings.</param>
    /// <param name="update">From 1.</param>
    /// <param name="batches">The update's micro-batches.</param>
    /// <param name="scores">What the update measured.</param>
    public static BlamedRows Of(FinetuningStep step, FinetunedModel model, Manifest manifest, long update,
        IReadOnlyList<FinetuningBatch> batches, CtcScores scores)
    {
        var losses = scores.TranscriptLosses.ToDictionary(r => (r.MicroBatch, r.Row), r => r.LossNats);
        var rows = new List<BadBatch.Utterance>();
        for (var place = 0; place < batches.Count; place++)
        {
            var batch = batches[place];
            for (var row = 0; row < batch.Batch.Rows; row++)
            {
                var loss = losses.GetValueOrDefault((batch.Micro, row), double.NaN);
                var suspect = scores.IsFinite ? !HasFiniteGradient(step, model, update, batch, row) : !double.IsFinite(loss);
                rows.Add(new BadBatch.Utterance(place, row, manifest.Entries[batch.Utterances[row]].RelativePath, batch.Languages[row],
                    batch.Batch.LengthsSamples[row], double.IsFinite(loss) ? loss : null, BatchDump.Peak(batch.Batch, row), suspect));
            }
        }
        return new BlamedRows(rows, batches.SelectMany(Tensors));
    }

    private static bool HasFiniteGradient(FinetuningStep step, FinetunedModel model, long update, FinetuningBatch batch, int row)
    {
        model.Parameters.ZeroGradients();
        var alone = batch with
        {
            Batch = batch.Batch.RowAlone(row),
            Targets = [batch.Targets[row]],
            Utterances = [batch.Utterances[row]],
            Languages = [batch.Languages[row]],
            AreCodeSwitched = [batch.AreCodeSwitched[row]],
        };
        step.Compute([alone], update, lossScale: 1).Dispose();
        return double.IsFinite(SumOfSquares.Of(model.Parameters.Gradients));
    }

    private static IEnumerable<SafetensorsTensor> Tensors(FinetuningBatch batch, int place)
    {
        var (prefix, rows) = ($"micro{place}.", batch.Batch.Rows);
        var width = Math.Max(1, batch.Targets.Max(t => t.Length));
        var targets = batch.Targets.SelectMany(t => t.Concat(Enumerable.Repeat(1, width - t.Length)).Select(c => (long)c)).ToArray();
        return BatchDump.Of(batch.Batch, prefix)
            .Append(new SafetensorsTensor(prefix + "target", "I64", [rows, width], BatchDump.Bytes<long>(targets)));
    }
}
