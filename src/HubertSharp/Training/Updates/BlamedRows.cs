using HubertSharp.Runs.Arrays;

namespace HubertSharp.Training.Updates;

/// <summary>What a task knows about an update that is not finite.</summary>
/// <param name="Rows">All its rows, with a mark at those where it went wrong.</param>
/// <param name="Tensors">What the rows were made of, to be kept for inspection.</param>
internal sealed record BlamedRows(IReadOnlyList<BadBatch.Utterance> Rows, IEnumerable<SafetensorsTensor> Tensors);
