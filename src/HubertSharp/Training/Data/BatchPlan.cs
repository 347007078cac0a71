namespace HubertSharp.Training.Data;

/// <summary>
/// Which utterances form a batch, as fairseq does it: sorted by length, longest first, packed greedily within
/// <c>dataset.max_tokens</c> and <c>dataset.batch_size</c>; the batches stay the same in every epoch and only their order changes.
/// </summary>
internal static class BatchPlan
{
    private const int TieBits = 31;
    private const long LongestInKey = long.MaxValue >> (TieBits - 1); // 149 hours

    /// <summary>Indices sorted by falling length; equal lengths in an order drawn from <paramref name="seed"/>.</summary>
    /// <param name="lengthsSamples">Length of each utterance.</param>
    /// <param name="seed">Seed of the tie order, or null for fairseq's order without shuffling (falling index).</param>
    public static int[] OrderByLength(IReadOnlyList<long> lengthsSamples, uint? seed)
    {
        var tie = new int[lengthsSamples.Count];
        for (var i = 0; i < tie.Length; i++)
            tie[i] = i;
        if (seed is { } value)
            new NumpyRandom(value).Shuffle(tie);
        return Longest(lengthsSamples) <= LongestInKey ? SortedByKey(lengthsSamples, tie) : Sorted(lengthsSamples, tie);
    }

    private static long Longest(IReadOnlyList<long> lengths)
    {
        var longest = 0L;
        for (var i = 0; i < lengths.Count; i++)
            longest = Math.Max(longest, lengths[i]);
        return longest;
    }

    // length and tie in one number, which sorts ten times as fast; no two have the same
    private static int[] SortedByKey(IReadOnlyList<long> lengths, int[] tie)
    {
        var keys = new ulong[tie.Length];
        for (var i = 0; i < keys.Length; i++)
            keys[i] = ((ulong)lengths[i] << TieBits) | (uint)tie[i];
        var utterances = new int[tie.Length]; // of each tie
        for (var i = 0; i < tie.Length; i++)
            utterances[tie[i]] = i;
        Array.Sort(keys);
        for (var i = 0; i < keys.Length; i++)
            tie[keys.Length - 1 - i] = utterances[(int)(keys[i] & int.MaxValue)];
        return tie;
    }

    private static int[] Sorted(IReadOnlyList<long> lengths, int[] tie)
    {
        var order = Enumerable.Range(0, tie.Length).ToArray();
        Array.Sort(order, (a, b) => lengths[b].CompareTo(lengths[a]) is not 0 and var byLength ? byLength : tie[b].CompareTo(tie[a]));
        return order;
    }

    /// <summary>
    /// Packs <paramref name="order"/> into batches whose rows × longest row stays within <paramref name="maxTokens"/> and whose row
    /// count is below <paramref name="multiple"/> or a multiple of it (<c>dataset.required_batch_size_multiple</c>).
    /// </summary>
    /// <param name="order">Utterance indices in the order to pack.</param>
    /// <param name="sizeSamples">Size of an utterance in a batch: its length, cropped to <c>max_sample_size</c>.</param>
    /// <param name="maxTokens">Samples per batch; 0 or less means no limit.</param>
    /// <param name="maxRows">Rows per batch; 0 or less means no limit.</param>
    /// <param name="multiple">Row multiple, 1 or more.</param>
    public static PackedBatches Pack(int[] order, Func<int, long> sizeSamples, long maxTokens, int maxRows, int multiple)
    {
        // A batch [start, end) that meets every condition, and a tail [end, i] that does not yet: the tail joins the batch as soon
        // as both together meet them, and starts the next batch when they no longer fit.
        var ends = new List<int>();
        int start = 0, end = 0;
        long longestInBatch = 0, longestInTail = 0;
        for (var i = 0; i < order.Length; i++)
        {
            var size = sizeSamples(order[i]);
            longestInTail = Math.Max(longestInTail, size);
            var rows = i + 1 - start;
            var longest = Math.Max(longestInBatch, longestInTail);
            var overflows = !Fits(rows, longest);
            if (overflows)
            {
                ends.Add(end);
                start = end;
                if (!Fits(i + 1 - end, longestInTail))
                {
                    ends.Add(i);
                    start = i;
                    longestInTail = size;
                }
                longest = longestInTail;
            }
            if (overflows || rows < multiple || rows % multiple == 0)
            {
                end = i + 1;
                longestInBatch = longest;
                longestInTail = 0;
            }
        }
        if (end > start)
            ends.Add(end);
        if (order.Length > end)
            ends.Add(order.Length);
        return new PackedBatches(order, ends);

        bool Fits(int rows, long longest) => (maxRows <= 0 || rows <= maxRows) && (maxTokens <= 0 || rows * longest <= maxTokens);
    }

    /// <summary>The order of the batches in one epoch, from 1.</summary>
    public static int[] EpochOrder(int batchCount, long runSeed, int epoch)
    {
        var order = Enumerable.Range(0, batchCount).ToArray();
        new NumpyRandom((uint)(runSeed + epoch)).Shuffle(order);
        return order;
    }
}
