using HubertSharp.Distributed;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Training.Data;

namespace HubertSharp.Training;

/// <summary>
/// The batches of a validation, dealt out to the processes in turn; what each batch measured comes to all of them in the batches' order,
/// so that the figures are those of one process.
/// </summary>
internal static class SharedValidation
{
    /// <summary>Measures this process's batches, and hands out all.</summary>
    /// <param name="replicas">Who shares.</param>
    /// <param name="count">Batches of the split.</param>
    /// <param name="dataset">How many are read ahead.</param>
    /// <param name="collate">Reads a batch; called in several threads at once.</param>
    /// <param name="measure">What a batch measured.</param>
    /// <exception cref="Runs.UserException">A batch that this or another process cannot read.</exception>
    public static IReadOnlyList<byte[]> Measure<TBatch>(
        Replicas replicas, int count, DatasetConfig dataset, Func<long, TBatch> collate, Func<int, TBatch, byte[]> measure) =>
        SharedItems.InTurn(replicas, count, own =>
        {
            using var reading = new BatchLoader<TBatch>(
                0, own.Length - 1, dataset.NumWorkers, dataset.DataBufferSize, i => collate(own[(int)i]));
            return [.. own.Select(batch => measure(batch, reading.Next()))];
        });
}
