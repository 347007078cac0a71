using HubertSharp.Runs.Alphabets;

namespace HubertSharp.Decoding;

/// <summary>One reading of a recording.</summary>
/// <param name="Runs">Its tokens with their frames, first to last; blanks too where the search keeps them.</param>
/// <param name="Score">What it is ranked by.</param>
/// <param name="Acoustic">The model's part: logits of the best path, or the logarithm of the probability of all its paths.</param>
/// <param name="Language">log10 of its probability by the language model; 0 without one.</param>
internal sealed record Hypothesis(IReadOnlyList<TokenRun> Runs, double Score, double Acoustic, double Language);
