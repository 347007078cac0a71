namespace HubertSharp.Training.Data;

/// <summary>
/// How the rows of one batch are cropped or padded, and which labels belong to them (fairseq: HubertDataset.collater).
/// </summary>
/// <param name="SizeSamples">Width of the batch in samples.</param>
/// <param name="Starts">First sample of each row within its utterance.</param>
/// <param name="LengthsSamples">Samples of each row that are audio; the rest is zero padding at the right.</param>
internal sealed record BatchGeometry(int SizeSamples, long[] Starts, long[] LengthsSamples)
{
    /// <summary>Width of a batch: the longest row with padding, the shortest without, at most <paramref name="maxSampleSize"/>.</summary>
    public static int Width(ReadOnlySpan<long> utteranceSamples, bool padAudio, long? maxSampleSize)
    {
        var width = utteranceSamples[0];
        foreach (var samples in utteranceSamples)
            width = padAudio ? Math.Max(width, samples) : Math.Min(width, samples);
        return (int)Math.Min(width, maxSampleSize ?? long.MaxValue);
    }

    /// <summary>
    /// Crops what is longer than the batch at the start that <paramref name="cropStart"/> gives (row, number of possible starts).
    /// </summary>
    public static BatchGeometry Create(
        ReadOnlySpan<long> utteranceSamples, bool padAudio, long? maxSampleSize, Func<int, long, long> cropStart)
    {
        var width = Width(utteranceSamples, padAudio, maxSampleSize);
        var starts = new long[utteranceSamples.Length];
        var lengths = new long[utteranceSamples.Length];
        for (var row = 0; row < starts.Length; row++)
        {
            var excess = utteranceSamples[row] - width;
            starts[row] = excess > 0 ? cropStart(row, excess + 1) : 0;
            lengths[row] = Math.Min(utteranceSamples[row], width);
        }
        return new BatchGeometry(width, starts, lengths);
    }

    /// <summary>
    /// The slice of labels of each row: start and count. Rounding is half to even on <c>start · label_rate / sample_rate</c>; without
    /// padding every row has as many labels as the row with the fewest left (fairseq: collater_frm_label).
    /// </summary>
    public (int Start, int Count)[] LabelSlices(ReadOnlySpan<int> labelCounts, double labelRate, int sampleRate, bool padAudio)
    {
        var perSample = labelRate / sampleRate;
        var count = Round(SizeSamples * perSample);
        var slices = new (int Start, int Count)[Starts.Length];
        for (var row = 0; row < slices.Length; row++)
            slices[row].Start = Round(Starts[row] * perSample);
        if (!padAudio)
        {
            for (var row = 0; row < slices.Length; row++)
                count = Math.Min(count, labelCounts[row] - slices[row].Start);
        }
        for (var row = 0; row < slices.Length; row++)
            slices[row].Count = Math.Max(0, Math.Min(count, labelCounts[row] - slices[row].Start));
        return slices;
    }

    private static int Round(double value) => (int)Math.Round(value, MidpointRounding.ToEven);
}
