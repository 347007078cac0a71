using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;

namespace HubertSharp.Pretraining.Plan;

/// <summary>A micro-batch of utterances of one length.</summary>
/// <param name="Rows">B.</param>
/// <param name="Samples">S of each row.</param>
/// <param name="ScoredShare">Frames that are masked, of all.</param>
internal sealed record MicroBatchShape(int Rows, int Samples, double ScoredShare)
{
    public double AudioSeconds => (double)Rows * Samples / SamplingRate.Hz;

    /// <exception cref="UserException">Neither <c>dataset.max_tokens</c> nor <c>dataset.batch_size</c>, or an utterance that does not
    /// fit.</exception>
    public static MicroBatchShape Of(HubertConfig config, double utteranceSeconds)
    {
        var samples = (int)Math.Clamp(utteranceSeconds * SamplingRate.Hz, 1, Math.Max(1, config.Task.MaxSampleSize ?? int.MaxValue));
        var (tokens, most) = (config.Dataset.MaxTokens ?? 0, config.Dataset.BatchSize ?? 0);
        if (tokens <= 0 && most <= 0)
            throw PretrainingFaults.NoBatchSize();
        var rows = tokens > 0 ? tokens / samples : most;
        rows = most > 0 ? Math.Min(rows, most) : rows;
        // spans that begin anywhere overlap
        var masked = config.Model.NoMaskOverlap ? config.Model.MaskProb : 1 - Math.Exp(-config.Model.MaskProb);
        return rows > 0
            ? new MicroBatchShape(rows, samples, Math.Min(1, masked))
            : throw PretrainingFaults.UtteranceAboveBatch(utteranceSeconds, samples, tokens);
    }
}
