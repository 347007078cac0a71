using HubertSharp.Runs.LineIndexes;

namespace HubertSharp.Runs.Labels;

/// <summary>
/// Checks labels against their manifest before days of training: counts, durations, ids, use of the clusters, and whether the
/// splits were labelled by one k-means. Streams; memory depends on the number of clusters, not of labels. What was found in large files is
/// remembered.
/// </summary>
public static class LabelCheck
{
    /// <exception cref="UserException">A manifest, label file or dictionary that cannot be read; what is wrong in them is in the
    /// report.</exception>
    public static LabelReport Run(
        LabelCheckOptions options, IProgress<StageProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.LabelRate <= 0 || options.SampleRate <= 0 || options.Splits.Count == 0)
            throw new ArgumentException("a rate above 0 and at least one split", nameof(options));
        if (RememberedCheck.Of(options, cancellation) is not { } remembered)
            return Check(options, progress, cancellation);
        using var turn = MachineTurn.Take(remembered.Path, cancellation); // of several processes one checks
        return remembered.TryRead() ?? remembered.Keep(Check(options, progress, cancellation));
    }

    private static LabelReport Check(LabelCheckOptions options, IProgress<StageProgress>? progress, CancellationToken cancellation)
    {
        var dictionary = options.DictionaryPath is { } path ? LabelDictionary.Read(path) : null;
        var ids = new ClusterIds(dictionary);
        var splits = options.Splits.Select(s => SplitCounts.Of(s, ids, options, progress, cancellation)).ToList();
        var divergences = splits.Skip(1).Select(s => Divergence(splits[0], s)).ToList();
        return new LabelReport
        {
            LabelRate = options.LabelRate,
            Clusters = ids.Count,
            Splits = [.. splits.Select(s => Report(s, ids.Count))],
            Divergences = divergences,
            Findings = [.. LabelFindings.Of(options, splits, divergences, cancellation)],
        };
    }

    private static LabelSplitReport Report(SplitCounts split, int clusters)
    {
        var histogram = split.Histogram.Concat(Enumerable.Repeat(0L, Math.Max(0, clusters - split.Histogram.Length)))
            .Take(clusters).ToArray();
        return new LabelSplitReport
        {
            Name = split.Split.Name,
            Utterances = split.Utterances,
            Lines = split.Lines,
            AudioSeconds = split.AudioSeconds,
            Labels = split.Labels,
            ImpliedLabelRate = split.ImpliedLabelRate,
            Mismatched = split.Mismatched,
            Unknown = split.Unknown,
            Histogram = histogram,
            EntropyBits = Histograms.EntropyBits(histogram),
            MeanRun = split.Runs > 0 ? (double)split.Labels / split.Runs : 0,
        };
    }

    private static LabelDivergence Divergence(SplitCounts train, SplitCounts other)
    {
        var onlyHere = other.Histogram
            .Where((count, cluster) => count > 0 && (cluster >= train.Histogram.Length || train.Histogram[cluster] == 0)).Count();
        double? gain = null, trainGain = null;
        if (train.Pairs is { } a && other.Pairs is { } b && train.Histogram.Length == other.Histogram.Length && a.Length == 2)
        {
            var clusters = train.Histogram.Length;
            gain = LabelTransitions.GainBits(Sum(a), Sum(b), clusters);
            trainGain = LabelTransitions.GainBits(a[0], a[1], clusters);
        }
        return new LabelDivergence(
            other.Split.Name, Histograms.JensenShannonBits(train.Histogram, other.Histogram), onlyHere, gain, trainGain);
    }

    private static int[] Sum(int[][] halves) => [.. halves[0].Zip(halves[1], (x, y) => x + y)];
}
