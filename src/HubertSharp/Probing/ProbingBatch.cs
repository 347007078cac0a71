namespace HubertSharp.Probing;

/// <summary>Some utterances with their features and targets, in host memory.</summary>
/// <param name="Utterances">Their places in the data.</param>
/// <param name="Features">[L, T, D] of each.</param>
/// <param name="Frames">T of each.</param>
/// <param name="Targets">Classes of each.</param>
/// <param name="Samples">Samples of each.</param>
internal sealed record ProbingBatch(int[] Utterances, float[][] Features, int[] Frames, int[][] Targets, long[] Samples)
{
    public int Rows => Utterances.Length;

    /// <summary>Some of its rows.</summary>
    public ProbingBatch this[Range rows] => new(Utterances[rows], Features[rows], Frames[rows], Targets[rows], Samples[rows]);

    /// <summary>The same rows in pieces whose features are not larger than a limit, one row at least.</summary>
    public IEnumerable<ProbingBatch> Pieces(long mostNumbers)
    {
        for (var (start, end) = (0, 0); start < Rows; start = end)
        {
            var numbers = 0L;
            while (end < Rows && (end == start || numbers + Features[end].Length <= mostNumbers))
                numbers += Features[end++].Length;
            yield return this[start..end];
        }
    }
}
