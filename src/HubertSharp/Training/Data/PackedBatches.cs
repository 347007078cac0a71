using System.Collections;

namespace HubertSharp.Training.Data;

/// <summary>
/// Batches as one array of utterances and the places where a batch ends, which are made an array of their own when they are asked for: a
/// batch as an object would take as much memory again.
/// </summary>
internal sealed class PackedBatches : IReadOnlyList<int[]>
{
    private readonly int[] _utterances;
    private readonly int[] _ends;

    /// <param name="utterances">Those of all batches, one batch after the other.</param>
    /// <param name="ends">Where each batch ends, rising; empty batches are left out.</param>
    public PackedBatches(int[] utterances, IEnumerable<int> ends)
        : this(utterances, [.. NotEmpty(ends)], 0)
    {
    }

    private PackedBatches(int[] utterances, int[] ends, int without)
    {
        (_utterances, _ends, Count) = (utterances, ends, ends.Length - without);
        UtteranceCount = Count > 0 ? _ends[Count - 1] : 0;
    }

    public int Count { get; }

    /// <summary>Utterances of all batches together.</summary>
    public int UtteranceCount { get; }

    /// <summary>The same without the last batch.</summary>
    public PackedBatches WithoutLast() => new(_utterances, _ends, _ends.Length - Count + 1);

    public int[] this[int batch]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)batch, (uint)Count, nameof(batch));
            return _utterances[(batch > 0 ? _ends[batch - 1] : 0).._ends[batch]];
        }
    }

    public IEnumerator<int[]> GetEnumerator()
    {
        for (var batch = 0; batch < Count; batch++)
            yield return this[batch];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static IEnumerable<int> NotEmpty(IEnumerable<int> ends)
    {
        var before = 0;
        foreach (var end in ends)
        {
            if (end > before)
                yield return end;
            before = end;
        }
    }
}
