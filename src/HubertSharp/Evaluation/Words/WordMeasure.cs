namespace HubertSharp.Evaluation.Words;

/// <summary>One error rate: what its tokens are, and how they are aligned.</summary>
/// <param name="Name"><c>WER</c>, <c>CER</c> or <c>MER</c>.</param>
/// <param name="Tokens">Tokens of a text.</param>
/// <param name="Rule">The alignment.</param>
internal sealed record WordMeasure(string Name, Func<string, IReadOnlyList<string>> Tokens, AlignmentRule Rule)
{
    /// <summary>The rates of a mode; the first is what its alignments show.</summary>
    public static IReadOnlyList<WordMeasure> Of(WordScoringOptions options)
    {
        WordMeasure Plain(string name, Func<string, IReadOnlyList<string>> tokens, AlignmentRule rule) =>
            new(name, options.IgnoresCase ? text => tokens(TextNormalisation.ToUpper(text)) : tokens, rule);
        WordMeasure Normalised(string name, Func<string, IReadOnlyList<string>> tokens) =>
            new(name, text => tokens(options.Normalisation.Apply(text)), AlignmentRule.Jiwer);
        return options.Mode switch
        {
            ScoringMode.Sclite =>
            [
                Plain("WER", TextTokens.Words, AlignmentRule.Sclite), Plain("CER", TextTokens.Characters, AlignmentRule.Sclite),
            ],
            ScoringMode.Jiwer =>
            [
                Plain("WER", TextTokens.SpacedWords, AlignmentRule.Jiwer), Plain("CER", TextTokens.SpacedCharacters, AlignmentRule.Jiwer),
            ],
            ScoringMode.Wenet => [Plain("MER", WenetTokens.Of, AlignmentRule.Wenet)],
            _ =>
            [
                Normalised("MER", TextTokens.Mixed), Normalised("WER", TextTokens.Words), Normalised("CER", TextTokens.Characters),
            ],
        };
    }

    public EditOperation[] Align(string reference, string hypothesis, out IReadOnlyList<string> ofReference,
        out IReadOnlyList<string> ofHypothesis)
    {
        (ofReference, ofHypothesis) = (Tokens(reference), Tokens(hypothesis));
        return TokenAlignment.Of(ofReference, ofHypothesis, Rule);
    }

    public EditCounts Count(string reference, string hypothesis) => TokenAlignment.Count(Align(reference, hypothesis, out _, out _));
}
