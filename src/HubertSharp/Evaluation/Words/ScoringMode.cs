namespace HubertSharp.Evaluation.Words;

/// <summary>Whose rules a text is scored by.</summary>
public enum ScoringMode
{
    /// <summary>Ours: normalised texts; words, characters, and for mixed texts Chinese by character and the rest by word.</summary>
    Mixed,

    /// <summary>NIST's sclite, as it scores with <c>-s</c>.</summary>
    Sclite,

    /// <summary>jiwer with its default transforms.</summary>
    Jiwer,

    /// <summary>WeNet's <c>compute-wer.py --char=1</c>.</summary>
    Wenet,
}
