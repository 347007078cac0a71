namespace HubertSharp.Evaluation.Abx;

/// <summary>
/// How often X is nearer to A than to B in the cells of one block, and what each item has to do with it. Distances are sorted and merged,
/// so that a cell costs about as much as it has distances, not triples.
/// </summary>
internal sealed class TripleCounts
{
    private float[] _aKeys = [], _bKeys = [];
    private int[] _aItems = [], _bItems = [];

    /// <summary>Twice the triples in which X is nearer to A, ties once: per cell.</summary>
    public long[] Twice { get; private set; } = [];

    /// <summary>The same per cell and X: [cells, X].</summary>
    public long[] TwiceOfX { get; private set; } = [];

    /// <summary>Per cell and A: [cells, A].</summary>
    public long[] TwiceOfA { get; private set; } = [];

    /// <summary>Per item of the room; each is B in one cell.</summary>
    public long[] TwiceOfB { get; private set; } = [];

    /// <summary>Counts the triples of a block.</summary>
    /// <param name="distances">X against the items of the room [X, room].</param>
    /// <param name="width">Items of the room.</param>
    /// <param name="a">Where A's items begin in the room, and how many they are.</param>
    /// <param name="isWithin">X are A's items too; one never meets itself.</param>
    /// <param name="others">Where the items of each B begin in the room, and how many they are.</param>
    public void Count(
        Span<float> distances, int width, (int Start, int Count) a, bool isWithin, IReadOnlyList<(int Start, int Count)> others)
    {
        var xs = distances.Length / width;
        if (isWithin)
            Mirror(distances, width, a.Start, xs);
        Clear(others.Count, xs, a.Count, width);
        for (var x = 0; x < xs; x++)
        {
            var row = distances.Slice(x * width, width);
            var count = Sort(row, a, skip: isWithin ? x : -1, _aKeys, _aItems);
            for (var cell = 0; cell < others.Count; cell++)
            {
                var bs = Sort(row, others[cell], skip: -1, _bKeys, _bItems);
                var sum = Nearer(count, bs, TwiceOfA.AsSpan(cell * a.Count, a.Count),
                    TwiceOfB.AsSpan(others[cell].Start, others[cell].Count));
                Twice[cell] += sum;
                TwiceOfX[(cell * xs) + x] = sum;
            }
        }
    }

    /// <summary>Within a group libri-light computes each distance once, from the earlier item to the later one.</summary>
    private static void Mirror(Span<float> distances, int width, int start, int count)
    {
        for (var x = 1; x < count; x++)
        {
            for (var a = 0; a < x; a++)
                distances[(x * width) + start + a] = distances[(a * width) + start + x];
        }
    }

    private void Clear(int cells, int xs, int count, int width)
    {
        Twice = Cleared(Twice, cells);
        TwiceOfX = Cleared(TwiceOfX, cells * xs);
        TwiceOfA = Cleared(TwiceOfA, cells * count);
        TwiceOfB = Cleared(TwiceOfB, width);
        if (_aKeys.Length < width)
            (_aKeys, _bKeys, _aItems, _bItems) = (new float[width], new float[width], new int[width], new int[width]);
    }

    private static long[] Cleared(long[] array, int length)
    {
        if (array.Length < length)
            return new long[length];
        array.AsSpan(0, length).Clear();
        return array;
    }

    private static int Sort(ReadOnlySpan<float> row, (int Start, int Count) range, int skip, float[] keys, int[] items)
    {
        var count = 0;
        for (var i = 0; i < range.Count; i++)
        {
            if (i == skip)
                continue;
            keys[count] = row[range.Start + i];
            items[count++] = i;
        }
        keys.AsSpan(0, count).Sort(items.AsSpan(0, count));
        return count;
    }

    private long Nearer(int count, int bs, Span<long> ofA, Span<long> ofB)
    {
        long sum = 0;
        for (int i = 0, below = 0, upTo = 0; i < count; i++)
        {
            while (below < bs && _bKeys[below] < _aKeys[i])
                below++;
            upTo = Math.Max(upTo, below);
            while (upTo < bs && _bKeys[upTo] == _aKeys[i])
                upTo++;
            var twice = (2 * bs) - below - upTo;
            ofA[_aItems[i]] += twice;
            sum += twice;
        }
        for (int j = 0, below = 0, upTo = 0; j < bs; j++)
        {
            while (below < count && _aKeys[below] < _bKeys[j])
                below++;
            upTo = Math.Max(upTo, below);
            while (upTo < count && _aKeys[upTo] == _bKeys[j])
                upTo++;
            ofB[_bItems[j]] += below + upTo;
        }
        return sum;
    }
}
