namespace HubertSharp.LanguageModels.Training;

/// <summary>
/// The discounted probabilities of one order behind each history, and the weight that is left for shorter histories (Chen and Goodman 1998,
/// equations 23 to 25). A pruned n-gram leaves its whole count.
/// </summary>
/// <param name="order">Words of the n-grams.</param>
/// <param name="discounts">Their discounts.</param>
internal sealed class Probabilities(int order, Discounts discounts)
{
    private readonly List<(uint Word, ulong Count, bool IsPruned)> _followers = [];
    private readonly uint[] _history = new uint[order - 1];

    /// <param name="counted">Sorted by history.</param>
    /// <param name="probabilities">Gets the words, the probability, and the weight of the history, as two numbers of 32 bits.</param>
    /// <param name="weights">Gets each history and its weight.</param>
    /// <param name="isAt">Told how many are done.</param>
    public void Run(RecordReader counted, RecordSorter probabilities, SpillFileWriter weights, Action<long> isAt)
    {
        long read = 0;
        while (counted.MoveNext())
        {
            var history = counted.Current[..(order - 1)];
            if (!history.SequenceEqual(_history))
            {
                Finish(probabilities, weights);
                history.CopyTo(_history);
            }
            var count = RecordCount.Of(counted.Current);
            _followers.Add((counted.Current[order - 1], count & ~AdjustedCounts.PrunedMark, (count & AdjustedCounts.PrunedMark) != 0));
            if ((++read & 0xffff) == 0)
                isAt(read);
        }
        Finish(probabilities, weights);
        isAt(read);
    }

    private void Finish(RecordSorter probabilities, SpillFileWriter weights)
    {
        if (_followers.Count == 0)
            return;
        var (sum, left) = (0.0, 0.0);
        foreach (var (_, count, isPruned) in _followers)
        {
            sum += count;
            left += isPruned ? count : discounts.Of(count);
        }
        var weight = left / sum;
        Span<uint> record = stackalloc uint[order + 2];
        _history.CopyTo(record);
        foreach (var (word, count, isPruned) in _followers)
        {
            if (isPruned)
                continue;
            record[order - 1] = word;
            record[order] = BitConverter.SingleToUInt32Bits((float)((count - discounts.Of(count)) / sum));
            record[order + 1] = BitConverter.SingleToUInt32Bits((float)weight);
            probabilities.Add(record);
        }
        Span<uint> said = [BitConverter.SingleToUInt32Bits((float)weight)];
        weights.Add(_history, said);
        _followers.Clear();
    }
}
