using HubertSharp.Runs.Files;

namespace HubertSharp.LanguageModels.Training;

/// <summary>
/// Sorts any number of records in bounded memory: what does not fit is sorted piece by piece into files of the working folder, which are
/// merged when the records are read.
/// </summary>
internal sealed class RecordSorter : IDisposable
{
    private const int MostRuns = 64; // open files at a time
    private const int ChunkShift = 14, ChunkRecords = 1 << ChunkShift; // nothing is copied when more come
    private const int SortingBytes = sizeof(ulong) + sizeof(int); // beside each record

    private readonly WorkFolder _folder;
    private readonly string _name;
    private readonly RecordOrder _order;
    private readonly int _stride;
    private readonly bool _adds;
    private readonly int _most;
    private readonly List<string> _runs = [];
    private List<uint[]> _chunks = [];
    private int _count;
    private int _made;

    /// <param name="folder">Where the pieces lie.</param>
    /// <param name="name">What their names begin with.</param>
    /// <param name="order">The order.</param>
    /// <param name="stride">Numbers of a record.</param>
    /// <param name="memoryBytes">What may be held.</param>
    /// <param name="adds">The last two numbers are a count, and records with the same words become one.</param>
    public RecordSorter(WorkFolder folder, string name, RecordOrder order, int stride, long memoryBytes, bool adds = false)
    {
        (_folder, _name, _order, _stride, _adds) = (folder, name, order, stride, adds);
        _most = (int)Math.Clamp(memoryBytes / ((stride * sizeof(uint)) + SortingBytes), 1 << 10, Array.MaxLength);
    }

    public void Add(ReadOnlySpan<uint> record)
    {
        if (_count == _most)
            Spill();
        if (_count >> ChunkShift == _chunks.Count)
            _chunks.Add(new uint[Math.Min(ChunkRecords, _most) * _stride]);
        record.CopyTo(Record(_chunks, _count, _stride));
        _count++;
    }

    /// <summary>All records in order, once; the sorter is empty behind it.</summary>
    public RecordReader Read()
    {
        if (_runs.Count == 0)
        {
            var inMemory = new RecordsInMemory(_chunks, Sorted(), _count, _stride);
            _chunks = [];
            return new RecordMerge([inMemory], _order, _stride, _adds);
        }
        if (_count > 0)
            Spill();
        _chunks = [];
        return new RecordMerge(_runs.Select(run => SpillFile.Open(run, _stride)), _order, _stride, _adds);
    }

    /// <summary>Writes all records in order into one file.</summary>
    /// <returns>How many.</returns>
    public long WriteTo(string path)
    {
        using var sorted = Read();
        using var file = SpillFile.Create(path, _stride);
        while (sorted.MoveNext())
            file.Add(sorted.Current);
        return file.Count;
    }

    /// <summary>Removes its files.</summary>
    public void Dispose()
    {
        foreach (var run in _runs)
            _folder.Delete(run);
    }

    private void Spill()
    {
        Spill(new RecordsInMemory(_chunks, Sorted(), _count, _stride));
        _count = 0;
        if (_runs.Count < MostRuns)
            return;
        string[] merged = [.. _runs];
        _runs.Clear();
        Spill([.. merged.Select(run => SpillFile.Open(run, _stride))]);
        foreach (var run in merged)
            _folder.Delete(run);
    }

    private void Spill(params RecordReader[] sorted)
    {
        _runs.Add(_folder.At($"{_name}.{_made++}"));
        using var merge = new RecordMerge(sorted, _order, _stride, _adds);
        using var file = SpillFile.Create(_runs[^1], _stride);
        while (merge.MoveNext())
            file.Add(merge.Current);
    }

    private int[] Sorted()
    {
        var (keys, index) = (new ulong[_count], new int[_count]);
        for (var i = 0; i < _count; i++)
            index[i] = i;
        Sort(keys, index, 0, _count, 0);
        return index;
    }

    // by two words at a time; where both are the same by the next two
    private void Sort(ulong[] keys, int[] index, int start, int count, int level)
    {
        var places = _order.Places;
        var (first, second) = (places[level], level + 1 < places.Length ? places[level + 1] : -1);
        for (var i = start; i < start + count; i++)
        {
            var record = Record(_chunks, index[i], _stride);
            keys[i] = ((ulong)record[first] << 32) | (second < 0 ? 0 : record[second]);
        }
        Array.Sort(keys, index, start, count);
        if (level + 2 >= places.Length)
            return;
        for (int from = start, to; from < start + count; from = to)
        {
            to = from + 1;
            while (to < start + count && keys[to] == keys[from])
                to++;
            if (to - from > 1)
                Sort(keys, index, from, to - from, level + 2);
        }
    }

    private static Span<uint> Record(List<uint[]> chunks, int at, int stride) =>
        chunks[at >> ChunkShift].AsSpan((at & (ChunkRecords - 1)) * stride, stride);

    private sealed class RecordsInMemory(List<uint[]> chunks, int[] index, int count, int stride) : RecordReader
    {
        private int _at = -1;

        public override ReadOnlySpan<uint> Current => Record(chunks, index[_at], stride);

        public override bool MoveNext() => ++_at < count;
    }
}
