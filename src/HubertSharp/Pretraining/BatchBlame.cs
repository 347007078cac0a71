using System.Runtime.InteropServices;
using HubertSharp.Models;
using HubertSharp.Runs.Arrays;
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
                var audio = batch.Batch.Source.AsSpan(row * batch.Batch.SamplesPerRow, batch.Batch.SamplesPerRow);
                var peak = 0f;
                foreach (var sample in audio)
                    peak = Math.Max(peak, Math.Abs(sample));
                rows.Add(new BadBatch.Utterance(micro, row, manifest.Entries[batch.Utterances[row]].RelativePath, batch.Languages[row],
                    batch.Batch.LengthsSamples[row], losses.GetValueOrDefault((micro, row)), peak, suspects.Contains((micro, row))));
            }
        }
        return new BlamedRows(rows, batches.SelectMany((batch, micro) => Tensors(batch.Batch, micro)));
    }

    private static IEnumerable<SafetensorsTensor> Tensors(HubertBatch batch, int micro)
    {
        var prefix = $"micro{micro}.";
        yield return Tensor<float>("source", "F32", batch.Source);
        yield return new SafetensorsTensor($"{prefix}lengths", "I64", [batch.Rows], Bytes<long>(batch.LengthsSamples));
        for (var set = 0; set < batch.Targets.Count; set++)
            yield return Tensor<long>($"target{set}", "I64", batch.Targets[set]);
        if (batch.Mask is { } mask)
            yield return Tensor<bool>("mask", "BOOL", mask);
        if (batch.ChannelMask is { } channels)
            yield return Tensor<bool>("channel_mask", "BOOL", channels);

        SafetensorsTensor Tensor<T>(string name, string type, T[] values)
            where T : unmanaged => new(prefix + name, type, [batch.Rows, values.Length / batch.Rows], Bytes<T>(values));
    }

    private static byte[] Bytes<T>(T[] values)
        where T : unmanaged => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
}
