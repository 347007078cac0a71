using HubertSharp.Distributed;

namespace HubertSharp.Evaluation.Abx;

/// <summary>How far apart two frames are.</summary>
public enum AbxDistance
{
    /// <summary>The angle between them, as a share of 180 degrees; a frame of zeros is at 1 from every other.</summary>
    Cosine,

    /// <summary>Euclidean, of the frames as they are.</summary>
    Euclidean,

    /// <summary>Euclidean after every frame was given length 1: what libri-light calls <c>euclidian</c>.</summary>
    NormalisedEuclidean,
}

/// <summary>What becomes of the frames of an item before they are compared.</summary>
public enum AbxPooling
{
    /// <summary>They are aligned by dynamic time warping.</summary>
    None,

    /// <summary>Their mean stands for the item.</summary>
    Mean,
}

/// <summary>Which frames are an item's: those whose middles lie in it, with or without the last one.</summary>
public enum ItemFrames
{
    /// <summary>libri-light leaves the last one out.</summary>
    LibriLight,

    /// <summary>fastabx, and ZeroSpeech since it, take it.</summary>
    FastAbx,
}

/// <summary>What an ABX score is computed from, and how. The defaults are those of libri-light and fastabx.</summary>
public sealed record AbxOptions
{
    /// <summary>Compare speakers with themselves.</summary>
    public bool Within { get; init; } = true;

    /// <summary>Let X be of another speaker than A and B.</summary>
    public bool Across { get; init; } = true;

    public AbxDistance Distance { get; init; } = AbxDistance.Cosine;

    public AbxPooling Pooling { get; init; } = AbxPooling.None;

    public ItemFrames Frames { get; init; } = ItemFrames.LibriLight;

    /// <summary>Items of one phone, speaker and context that are looked at; 0 for all.</summary>
    public int MaxSizeGroup { get; init; } = 10;

    /// <summary>Other speakers that X is taken from, per phone, speaker and context; 0 for all.</summary>
    public int MaxXAcross { get; init; } = 5;

    /// <summary>Decides which items and speakers are looked at where there are more, and what the intervals draw.</summary>
    public long Seed { get; init; }

    /// <summary>The processes that share the distances; all of them have the result.</summary>
    internal Replicas Replicas { get; init; } = Replicas.Alone;

    /// <summary>Of so many utterances at most the score is computed anew from each draw; of more it is expanded to first order.</summary>
    internal int MostExactUtterances { get; init; } = 50;
}
