namespace HubertSharp.Decoding;

/// <summary>The three searches.</summary>
public enum SearchKind
{
    /// <summary>The probability of a text summed over all its paths.</summary>
    Beam,

    /// <summary>The best token of each frame.</summary>
    Greedy,

    /// <summary>flashlight's, whose scores and weights are those of fairseq and torchaudio.</summary>
    Flashlight,
}
