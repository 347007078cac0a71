namespace HubertSharp.Runs.Reports.Ranking;

/// <summary>
/// What a fine-tuned model makes of the recordings of a split, greedily: errors per symbol and per word of the transcripts.
/// </summary>
/// <param name="Language">The language, or null for all.</param>
/// <param name="Utterances">Recordings.</param>
/// <param name="Symbols">Errors of symbols: of Mandarin characters the character error rate.</param>
/// <param name="Words">Errors of words; null where a transcript is one word, which is almost always wrong.</param>
public sealed record TranscriptErrors(string? Language, int Utterances, Estimate Symbols, Estimate? Words);
