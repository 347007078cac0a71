namespace HubertSharp.Training.Data;

/// <summary>Which utterances are kept, and how much of one enters a batch. Sizes in samples; null is no limit.</summary>
/// <param name="MinSampleSize">Shorter ones are left out.</param>
/// <param name="MaxKeepSize">Longer ones are left out.</param>
/// <param name="MaxSampleSize">Longer ones are cropped. With padding they count whole for <c>max_tokens</c> all the same, as in
/// fairseq.</param>
/// <param name="PadAudio">Batches are padded to their longest utterance; otherwise cropped to the shortest.</param>
/// <param name="Normalize">Each utterance to mean 0 and variance 1 before cropping.</param>
internal sealed record UtteranceLimits(int? MinSampleSize, int? MaxKeepSize, int? MaxSampleSize, bool PadAudio, bool Normalize)
{
    public bool Keep(long samples) => samples >= (MinSampleSize ?? 0) && samples <= (MaxKeepSize ?? long.MaxValue);

    /// <summary>What an utterance of <paramref name="samples"/> counts for in <c>max_tokens</c>.</summary>
    public long SizeInBatch(long samples) => PadAudio ? samples : Math.Min(samples, MaxSampleSize ?? long.MaxValue);
}
