using HubertSharp.Evaluation.Words;
using HubertSharp.Runs.Labels;
using HubertSharp.Runs.Transcripts;

namespace HubertSharp.Finetuning;

/// <summary>Errors of greedy paths, and of how many: of symbols, of the words that they spell, and of those words' characters.</summary>
/// <param name="Units">Symbols that are wrong.</param>
/// <param name="UnitTotal">Symbols of the transcripts.</param>
/// <param name="Words">Words that are wrong.</param>
/// <param name="WordTotal">Words of the transcripts.</param>
/// <param name="Characters">Characters that are wrong, blanks between words left out.</param>
/// <param name="CharacterTotal">Characters of the transcripts.</param>
internal readonly record struct CtcErrorCounts(
    long Units, long UnitTotal, long Words, long WordTotal, long Characters, long CharacterTotal)
{
    /// <summary>The errors of one utterance.</summary>
    /// <param name="dictionary">The symbols of the classes.</param>
    /// <param name="postProcess">How symbols become words.</param>
    /// <param name="path">What was recognised, repetitions and blanks taken out.</param>
    /// <param name="target">What was said.</param>
    public static CtcErrorCounts Of(LabelDictionary dictionary, string postProcess, int[] path, int[] target)
    {
        string[] Words(int[] classes) => WordsOfSymbols.Of(WordsOfSymbols.Symbols(dictionary, classes), postProcess);
        var (found, spoken) = (Words(path), Words(target));
        var (written, said) = (TextTokens.Characters(string.Concat(found)), TextTokens.Characters(string.Concat(spoken)));
        return new CtcErrorCounts(
            Errors(target, path), target.Length, Errors(spoken, found), spoken.Length, Errors(said, written), said.Length);
    }

    public static CtcErrorCounts operator +(CtcErrorCounts a, CtcErrorCounts b) => new(a.Units + b.Units, a.UnitTotal + b.UnitTotal,
        a.Words + b.Words, a.WordTotal + b.WordTotal, a.Characters + b.Characters, a.CharacterTotal + b.CharacterTotal);

    private static long Errors<T>(IReadOnlyList<T> reference, IReadOnlyList<T> hypothesis)
        where T : notnull => TokenAlignment.Count(TokenAlignment.Of(reference, hypothesis, AlignmentRule.Jiwer)).Errors;
}
