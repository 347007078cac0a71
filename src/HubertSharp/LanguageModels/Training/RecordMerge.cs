namespace HubertSharp.LanguageModels.Training;

/// <summary>Merges sorted records by a heap of their readers; those with the same words become one where their counts are added.</summary>
internal sealed class RecordMerge : RecordReader
{
    private readonly RecordOrder _order;
    private readonly List<RecordReader> _heap = [];
    private readonly RecordReader[] _all;
    private readonly uint[] _current;
    private readonly bool _adds;

    /// <param name="readers">Sorted, each for itself.</param>
    /// <param name="order">How.</param>
    /// <param name="stride">Numbers of a record.</param>
    /// <param name="adds">The last two numbers are a count.</param>
    public RecordMerge(IEnumerable<RecordReader> readers, RecordOrder order, int stride, bool adds)
    {
        (_order, _current, _adds) = (order, new uint[stride], adds);
        _all = [.. readers];
        foreach (var reader in _all)
        {
            if (reader.MoveNext())
                _heap.Add(reader);
        }
        for (var i = (_heap.Count / 2) - 1; i >= 0; i--)
            Sink(i);
    }

    public override ReadOnlySpan<uint> Current => _current;

    public override bool MoveNext()
    {
        if (_heap.Count == 0)
            return false;
        _heap[0].Current.CopyTo(_current);
        Advance();
        while (_adds && _heap.Count > 0 && _order.Compare(_heap[0].Current, _current) == 0)
        {
            RecordCount.Set(_current, RecordCount.Of(_current) + RecordCount.Of(_heap[0].Current));
            Advance();
        }
        return true;
    }

    public override void Dispose()
    {
        foreach (var reader in _all)
            reader.Dispose();
        base.Dispose();
    }

    private void Advance()
    {
        if (!_heap[0].MoveNext())
        {
            _heap[0] = _heap[^1];
            _heap.RemoveAt(_heap.Count - 1);
        }
        Sink(0);
    }

    private void Sink(int at)
    {
        while (true)
        {
            var (left, right, least) = ((2 * at) + 1, (2 * at) + 2, at);
            if (left < _heap.Count && _order.Compare(_heap[left].Current, _heap[least].Current) < 0)
                least = left;
            if (right < _heap.Count && _order.Compare(_heap[right].Current, _heap[least].Current) < 0)
                least = right;
            if (least == at)
                return;
            (_heap[at], _heap[least]) = (_heap[least], _heap[at]);
            at = least;
        }
    }
}
