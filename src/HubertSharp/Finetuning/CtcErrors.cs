using HubertSharp.Runs.Labels;
using HubertSharp.Training.Logging;

namespace HubertSharp.Finetuning;

/// <summary>
/// Errors of the greedy path over a validation: of symbols (<c>uer</c>), of the words that they spell (<c>wer</c>; <c>raw_wer</c> is the
/// same without a language model, as here) and of the words' characters (<c>cer</c>), in percent; and how many of the dictionary's
/// symbols the paths hold (<c>symbols_used</c>: none while the model writes blanks alone). All of them by language too, and of the
/// code-switched utterances.
/// </summary>
internal sealed class CtcErrors(LabelDictionary dictionary, string postProcess)
{
    private readonly Counts _all = new();
    private readonly SortedDictionary<string, Counts> _byPart = new(StringComparer.Ordinal);

    /// <summary>Takes in one batch.</summary>
    /// <param name="paths">Classes of each row, repetitions and blanks taken out.</param>
    /// <param name="batch">Its rows.</param>
    public void Add(int[][] paths, FinetuningBatch batch)
    {
        for (var row = 0; row < paths.Length; row++)
        {
            var errors = CtcErrorCounts.Of(dictionary, postProcess, paths[row], batch.Targets[row]);
            _all.Add(errors, paths[row]);
            foreach (var part in batch.Parts(row))
            {
                if (!_byPart.TryGetValue(part, out var counts))
                    _byPart[part] = counts = new Counts();
                counts.Add(errors, paths[row]);
            }
        }
    }

    /// <summary>Of all utterances.</summary>
    public CtcErrorCounts Totals => _all.Errors;

    /// <summary>Adds fairseq's keys, and ours.</summary>
    public void AddTo(MetricAverages averages)
    {
        Rate("cer", Totals.Characters, Totals.CharacterTotal); // before uer: of a line with both the doctor takes the last
        Rate("uer", Totals.Units, Totals.UnitTotal);
        Rate("wer", Totals.Words, Totals.WordTotal);
        Rate("raw_wer", Totals.Words, Totals.WordTotal);
        averages.Add("symbols_used", _all.Used);
        foreach (var (part, counts) in _byPart)
        {
            Rate($"uer_{part}", counts.Errors.Units, counts.Errors.UnitTotal);
            Rate($"wer_{part}", counts.Errors.Words, counts.Errors.WordTotal);
            Rate($"cer_{part}", counts.Errors.Characters, counts.Errors.CharacterTotal);
            averages.Add($"symbols_used_{part}", counts.Used);
        }

        void Rate(string key, long errors, long total)
        {
            if (total > 0)
                averages.Add(key, 100.0 * errors / total, total);
        }
    }

    /// <summary>The keys that <see cref="AddTo"/> may add.</summary>
    public static IEnumerable<string> Names(IEnumerable<string> parts) =>
    [
        "uer", "wer", "raw_wer", "cer", "symbols_used",
        .. parts.SelectMany(part => (string[])[$"uer_{part}", $"wer_{part}", $"cer_{part}", $"symbols_used_{part}"]),
    ];

    private sealed class Counts
    {
        private readonly HashSet<int> _used = [];

        public CtcErrorCounts Errors { get; private set; }

        /// <summary>Symbols that the paths hold, the four special ones left out.</summary>
        public int Used => _used.Count;

        public void Add(CtcErrorCounts errors, int[] path)
        {
            Errors += errors;
            _used.UnionWith(path.Where(c => c > LabelDictionary.Unk));
        }
    }
}
