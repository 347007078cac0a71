namespace HubertSharp.Decoding;

/// <summary>One reading of a recording.</summary>
/// <param name="Text">The words as text.</param>
/// <param name="Words">The words with their places.</param>
/// <param name="Score">What it is ranked by.</param>
/// <param name="AcousticScore">The model's part of it.</param>
/// <param name="LanguageScore">log10 of its probability by the language model; null without one.</param>
public sealed record Transcript(string Text, IReadOnlyList<TimedWord> Words, double Score, double AcousticScore, double? LanguageScore);
