namespace HubertSharp.LanguageModels;

/// <summary>
/// Makes a model of n-grams that come order by order. Where a shorter n-gram is missing that a longer one hangs under (a pruning may have
/// left it out), it is filled in with the probability that it has anyway.
/// </summary>
/// <param name="order">Words of the longest n-grams.</param>
/// <param name="capacity">A guess at how many n-grams of an order there will be.</param>
internal sealed class NgramModelBuilder(int order, Func<int, long> capacity)
{
    private readonly VocabularyBuilder _words = new();
    private readonly NgramTableBuilder[] _tables =
        [.. Enumerable.Range(1, order).Select(n => new NgramTableBuilder(capacity(n), isUnigram: n == 1))];

    public int Order => _tables.Length;

    public Vocabulary Vocabulary => _words.Vocabulary;

    public NgramModel Build() => new(_words.Vocabulary, [.. _tables.Select(t => t.Table)], this);

    /// <summary>Adds a word, which gets the next id.</summary>
    /// <returns>False where it is there already.</returns>
    public bool TryAddWord(ReadOnlySpan<byte> word, float probability, float backoff)
    {
        if (_words.Add(word) != (uint)_tables[0].Count)
            return false;
        _tables[0].Add(0, (uint)_tables[0].Count, probability, Extension(backoff));
        return true;
    }

    /// <summary>Sets what a word that is there already has.</summary>
    public void SetWord(uint id, float probability, float backoff) =>
        _tables[0][id] = _tables[0][id] with { Probability = probability, Backoff = Extension(backoff) };

    /// <summary>Adds an n-gram of two words or more, whose words are there; all shorter ones have come.</summary>
    /// <returns>False where it is there already.</returns>
    public bool TryAdd(ReadOnlySpan<uint> words, float probability, float backoff)
    {
        var parent = Ensure(words[1..]);
        var table = _tables[words.Length - 1];
        if (table.Table.Find(parent, words[0]) != NgramTable.None)
            return false;
        table.Add(parent, words[0], probability, Extension(backoff));
        ref var history = ref _tables[words.Length - 2][Ensure(words[..^1])];
        if (!history.Extends)
            history = history with { Backoff = 0f };
        return true;
    }

    private static float Extension(float backoff) => backoff == 0 ? NgramEntry.NoExtension : backoff;

    /// <summary>The place of an n-gram, filled in where it is missing.</summary>
    private uint Ensure(ReadOnlySpan<uint> words)
    {
        var node = words[^1];
        for (var length = 2; length <= words.Length; length++)
        {
            var table = _tables[length - 1];
            var first = words[^length];
            var place = table.Table.Find(node, first);
            node = place != NgramTable.None
                ? place
                : table.Add(node, first, _tables[length - 2][node].Probability + BackoffOf(words[^length..^1]), NgramEntry.NoExtension);
        }
        return node;
    }

    private float BackoffOf(ReadOnlySpan<uint> words)
    {
        var node = words[^1];
        for (var length = 2; length <= words.Length && node != NgramTable.None; length++)
            node = _tables[length - 1].Table.Find(node, words[^length]);
        return node == NgramTable.None ? 0 : _tables[words.Length - 1][node].Backoff;
    }
}
