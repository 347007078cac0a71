namespace HubertSharp.LanguageModels.Training;

/// <summary>
/// From the n-grams of the highest order, sorted by their ends, those of all orders with their adjusted counts (Chen and Goodman 1998,
/// section 4.1.6): how often the longest occur, before how many different words the shorter ones stand; those that begin a sentence,
/// before which nothing stands, how often they occur.
/// </summary>
internal sealed class AdjustedCounts
{
    public const ulong PrunedMark = 1UL << 63;

    private readonly int _order;
    private readonly Func<int, long> _prune;
    private readonly SpillFileWriter[] _files;
    private readonly uint[] _last;
    private readonly uint[] _record;
    private readonly ulong[] _adjusted; // of the ends of the last n-gram, by length
    private readonly ulong[] _occurrences;
    private int _pending; // the longest end of the last n-gram that is still counted

    /// <param name="order">Words of the longest.</param>
    /// <param name="words">How many there are.</param>
    /// <param name="prune">The count up to which an n-gram of an order is left out.</param>
    /// <param name="files">Where those of two words and more go, in the order in which they came.</param>
    public AdjustedCounts(int order, int words, Func<int, long> prune, SpillFileWriter[] files)
    {
        (_order, _prune, _files) = (order, prune, files);
        (_last, _record) = (new uint[order], new uint[order + 2]);
        (_adjusted, _occurrences) = (new ulong[order + 1], new ulong[order + 1]);
        Unigrams = new ulong[words];
        Counts = [.. Enumerable.Range(0, order).Select(_ => new NgramCounts())];
    }

    /// <summary>Adjusted counts of single words.</summary>
    public ulong[] Unigrams { get; }

    /// <summary>By order.</summary>
    public NgramCounts[] Counts { get; }

    public void Run(RecordReader sorted, Action<long> isAt)
    {
        long read = 0;
        while (sorted.MoveNext())
        {
            Add(sorted.Current[..^2], RecordCount.Of(sorted.Current));
            if ((++read & 0xffff) == 0)
                isAt(read);
        }
        Finish(0, isLast: true);
        isAt(read);
    }

    private void Add(ReadOnlySpan<uint> words, ulong count)
    {
        var same = 0;
        while (same < _order && _pending > 0 && words[^(same + 1)] == _last[^(same + 1)])
            same++;
        var length = 1; // up to the beginning of the sentence
        while (length < _order && words[^length] != CorpusCounts.Begin)
            length++;
        Finish(same);
        for (var shorter = 1; shorter <= same; shorter++)
            _occurrences[shorter] += count;
        if (same > 0)
            _adjusted[same]++; // another word stands before this end
        words.CopyTo(_last);
        for (var longer = same + 1; longer <= length; longer++)
            (_adjusted[longer], _occurrences[longer]) = (longer == length ? count : 1, count);
        _pending = length;
    }

    /// <summary>Gives out the ends of the last n-gram that are longer than what the next one shares with it.</summary>
    /// <param name="same">Words of that.</param>
    /// <param name="isLast">lmplz takes for the estimate of discounts how often the very last n-grams occur, and not their adjusted counts
    /// (end of <c>AdjustCounts::Run</c>). It makes a difference in small texts, and is done here too.</param>
    private void Finish(int same, bool isLast = false)
    {
        for (var length = _pending; length > same; length--)
        {
            var prune = _prune(length);
            var isPruned = length > 1 && prune > 0 && _occurrences[length] <= (ulong)prune;
            Counts[length - 1].Add(isLast ? _occurrences[length] : _adjusted[length], isPruned);
            if (length == 1)
            {
                Unigrams[_last[^1]] = _adjusted[1];
                continue;
            }
            _last.AsSpan(_order - length).CopyTo(_record);
            var record = _record.AsSpan(0, length + 2);
            RecordCount.Set(record, _adjusted[length] | (isPruned ? PrunedMark : 0));
            _files[length - 2].Add(record);
        }
    }
}
