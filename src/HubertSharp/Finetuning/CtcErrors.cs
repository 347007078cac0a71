using HubertSharp.Evaluation.Words;
using HubertSharp.Runs.Labels;
using HubertSharp.Runs.Transcripts;
using HubertSharp.Training.Logging;

namespace HubertSharp.Finetuning;

/// <summary>
/// Errors of the greedy path over a validation: of symbols (<c>uer</c>) and of the words that they spell (<c>wer</c>; <c>raw_wer</c> is
/// the same without a language model, as here), in percent and by language.
/// </summary>
internal sealed class CtcErrors(LabelDictionary dictionary, string postProcess)
{
    private readonly Counts _all = new();
    private readonly SortedDictionary<string, Counts> _byLanguage = new(StringComparer.Ordinal);

    /// <summary>Takes in one batch.</summary>
    /// <param name="paths">Classes of each row, repetitions and blanks taken out.</param>
    /// <param name="batch">Its rows.</param>
    public void Add(int[][] paths, FinetuningBatch batch)
    {
        for (var row = 0; row < paths.Length; row++)
        {
            var (units, unitTotal, words, wordTotal) = Count(dictionary, postProcess, paths[row], batch.Targets[row]);
            _all.Add(units, unitTotal, words, wordTotal);
            if (batch.Languages[row] is not { } language)
                continue;
            if (!_byLanguage.TryGetValue(language, out var counts))
                _byLanguage[language] = counts = new Counts();
            counts.Add(units, unitTotal, words, wordTotal);
        }
    }

    /// <summary>Symbols and words of one utterance that are wrong, of how many.</summary>
    public static (long Units, int UnitTotal, long Words, int WordTotal) Count(
        LabelDictionary dictionary, string postProcess, int[] path, int[] target)
    {
        string[] Words(int[] classes) => WordsOfSymbols.Of(WordsOfSymbols.Symbols(dictionary, classes), postProcess);
        var (found, spoken) = (Words(path), Words(target));
        return (Errors(target, path), target.Length, Errors(spoken, found), spoken.Length);
    }

    private static long Errors<T>(IReadOnlyList<T> reference, IReadOnlyList<T> hypothesis)
        where T : notnull => TokenAlignment.Count(TokenAlignment.Of(reference, hypothesis, AlignmentRule.Jiwer)).Errors;

    /// <summary>Symbols that are wrong, of how many; words that are wrong, of how many.</summary>
    public (long Units, long UnitTotal, long Words, long WordTotal) Totals => (_all.Units, _all.UnitTotal, _all.Words, _all.WordTotal);

    /// <summary>Adds fairseq's keys.</summary>
    public void AddTo(MetricAverages averages)
    {
        Rate("uer", _all.Units, _all.UnitTotal);
        Rate("wer", _all.Words, _all.WordTotal);
        Rate("raw_wer", _all.Words, _all.WordTotal);
        foreach (var (language, counts) in _byLanguage)
        {
            Rate($"uer_{language}", counts.Units, counts.UnitTotal);
            Rate($"wer_{language}", counts.Words, counts.WordTotal);
        }

        void Rate(string key, long errors, long total)
        {
            if (total > 0)
                averages.Add(key, 100.0 * errors / total, total);
        }
    }

    /// <summary>The keys that <see cref="AddTo"/> may add.</summary>
    public static IEnumerable<string> Names(IEnumerable<string> languages) =>
        ["uer", "wer", "raw_wer", .. languages.SelectMany(language => (string[])[$"uer_{language}", $"wer_{language}"])];

    private sealed class Counts
    {
        public long Units { get; private set; }

        public long UnitTotal { get; private set; }

        public long Words { get; private set; }

        public long WordTotal { get; private set; }

        public void Add(long units, int unitTotal, long words, int wordTotal)
        {
            Units += units;
            UnitTotal += unitTotal;
            Words += words;
            WordTotal += wordTotal;
        }
    }
}
