namespace HubertSharp.Runs.Configuration.Groups;

/// <summary>fairseq's group <c>optimization</c> (OptimizationConfig).</summary>
public sealed record OptimizationConfig
{
    /// <summary>Epochs after which the run ends; 0 for no such end.</summary>
    [Between(0, int.MaxValue), Unit("epochs")]
    public int MaxEpoch { get; init; }

    /// <summary>Updates after which the run ends; 0 for no such end.</summary>
    /// <remarks>Updates that were skipped do not count.</remarks>
    [Between(0, int.MaxValue), Unit("updates")]
    public int MaxUpdate { get; init; }

    /// <summary>Hours of training after which the run ends; 0 for no such end.</summary>
    [Between(0, 1e9), Unit("hours")]
    public double StopTimeHours { get; init; }

    /// <summary>Gradient norm that larger ones are scaled down to; 0 never clips.</summary>
    [Between(0, 1e30)]
    public double ClipNorm { get; init; }

    /// <summary>
    /// Divide the gradient by the number of utterances, where the criterion follows it; HuBERT's divides by masked frames.
    /// </summary>
    public bool SentenceAvg { get; init; }

    /// <summary>Batches per update, entry i in epoch i+1, the last entry from there on.</summary>
    [Between(1, 1_000_000), Unit("batches")]
    public IReadOnlyList<int> UpdateFreq { get; init; } = [1];

    /// <summary>Peak learning rate; with several entries the schedule says which epoch has which.</summary>
    [Between(0, 1e9)]
    public IReadOnlyList<double> Lr { get; init; } = [0.25];

    /// <summary>The run ends when the learning rate is at or below this; -1 for no such end.</summary>
    public double StopMinLr { get; init; } = -1;

    /// <summary>Our own key: the run ends after so many updates running whose loss or gradients are not finite.</summary>
    [Between(1, int.MaxValue), Unit("updates")]
    public int MaxSkippedUpdates { get; init; } = 20;

    /// <summary>
    /// Leave out the batch that comes last in an epoch's order, and the update at the end that has fewer batches than
    /// <see cref="UpdateFreq"/>.
    /// </summary>
    public bool SkipRemainderBatch { get; init; }
}
