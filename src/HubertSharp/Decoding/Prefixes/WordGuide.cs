namespace HubertSharp.Decoding.Prefixes;

/// <summary>What a word is to <see cref="PrefixSearch"/>: an entry of a tree, a token, or nothing in particular.</summary>
/// <param name="Words">The words that can be said; null where any tokens can.</param>
/// <param name="UnknownWord">The number that stands for all others.</param>
/// <param name="UnknownPromise">log10 of the unknown word, behind a sentence's beginning.</param>
/// <param name="ScoresTokens">The language model is one of tokens.</param>
/// <param name="HasLanguage">There is a language model.</param>
internal sealed record WordGuide(
    TokenTrie? Words = null, int UnknownWord = 0, double UnknownPromise = 0, bool ScoresTokens = false, bool HasLanguage = false);
