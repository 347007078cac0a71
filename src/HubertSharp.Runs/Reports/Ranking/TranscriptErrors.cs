namespace HubertSharp.Runs.Reports.Ranking;

/// <summary>
/// What a fine-tuned model makes of the recordings of a split, greedily: errors per symbol, word and character of the transcripts, and
/// its loss.
/// </summary>
/// <param name="Language">The language, <c>code_switched</c> for the utterances that hold two scripts, or null for all.</param>
/// <param name="Utterances">Recordings.</param>
/// <param name="Symbols">Errors of symbols: of Mandarin characters the character error rate.</param>
/// <param name="Words">Errors of words; null where a transcript is one word, which is almost always wrong.</param>
public sealed record TranscriptErrors(string? Language, int Utterances, Estimate Symbols, Estimate? Words)
{
    /// <summary>Errors of the characters that the symbols spell, blanks left out; null in results of older versions.</summary>
    public Estimate? Characters { get; init; }

    /// <summary>CTC's loss in bits per symbol, over the recordings where it is finite; null where there is none.</summary>
    public double? LossBits { get; init; }

    /// <summary>Recordings that have fewer frames than their transcripts need.</summary>
    public int InfiniteLosses { get; init; }
}
