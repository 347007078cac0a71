using HubertSharp.Models;

namespace HubertSharp.Pretraining;

/// <summary>One collated batch with what the logs need to know about its rows.</summary>
/// <param name="Batch">Waveforms, lengths and targets in host memory.</param>
/// <param name="Utterances">Index of each row's utterance within the manifest.</param>
/// <param name="Starts">First sample of each row within its utterance.</param>
/// <param name="Languages">Language of each row, null where the manifest does not say.</param>
internal sealed record PretrainingBatch(HubertBatch Batch, int[] Utterances, long[] Starts, string?[] Languages)
{
    /// <summary>Number of the micro-batch within its update, from 0, counted over all processes.</summary>
    public int Micro { get; init; }

    /// <summary>Audio in the batch without padding.</summary>
    public long AudioSamples => Batch.LengthsSamples.Sum();
}
