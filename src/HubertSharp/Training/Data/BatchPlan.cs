namespace HubertSharp.Training.Data;

/// <summary>
/// Which utterances form a batch, as fairseq does it: sorted by length, longest first, packed greedily within
/// <c>dataset.max_tokens</c> and <c>dataset.batch_size</c>; the batches stay the same in every epoch and only their order changes.
/// </summary>
internal static class BatchPlan
{
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
        var order = Enumerable.Range(0, tie.Length).ToArray();
        Array.Sort(order, (a, b) =>
        {
            var byLength = lengthsSamples[b].CompareTo(lengthsSamples[a]);
            return byLength != 0 ? byLength : tie[b].CompareTo(tie[a]);
        });
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
    public static List<int[]> Pack(int[] order, Func<int, long> sizeSamples, long maxTokens, int maxRows, int multiple)
    {
        // A batch [start, end) that meets every condition, and a tail [end, i] that does not yet: the tail joins the batch as soon
        // as both together meet them, and starts the next batch when they no longer fit.
        var batches = new List<int[]>();
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
                batches.Add(order[start..end]);
                start = end;
                if (!Fits(i + 1 - end, longestInTail))
                {
                    batches.Add(order[end..i]);
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
            batches.Add(order[start..end]);
        if (order.Length > end)
            batches.Add(order[end..]);
        batches.RemoveAll(batch => batch.Length == 0);
        return batches;

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
