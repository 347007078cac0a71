using HubertSharp.Runs.Manifests;

namespace HubertSharp.Runs.Labels;

/// <summary>One pass over a split: counts by cluster, by pair of successive different clusters, and by utterance length.</summary>
internal sealed class SplitCounts
{
    /// <summary>fairseq's tolerance in verify_label_lengths.</summary>
    public const double ToleranceSeconds = 0.1;

    /// <summary>Above this many clusters the pairs are not counted: their table would be larger than what it tells.</summary>
    private const int MaximumPairClusters = 2048;

    private SplitCounts(LabelSplit split, ClusterIds ids)
    {
        Split = split;
        Ids = ids;
    }

    public LabelSplit Split { get; }

    public ClusterIds Ids { get; }

    public int Utterances { get; private set; }

    public long Lines { get; private set; }

    public long Labels { get; private set; }

    public double AudioSeconds { get; private set; }

    /// <summary>Audio of all utterances that have a line of labels.</summary>
    public double LabelledSeconds { get; private set; }

    public long LabelsOfUtterances { get; private set; }

    /// <summary>Labels per second of audio, over the utterances that have a line.</summary>
    public double ImpliedLabelRate => LabelledSeconds > 0 ? LabelsOfUtterances / LabelledSeconds : 0;

    public long Runs { get; private set; }

    /// <summary>By cluster; may be longer than <see cref="ClusterIds.Count"/>, with zeros.</summary>
    public long[] Histogram { get; private set; } = [];

    /// <summary>[from, to] row by row, odd and even lines apart so that one half can test the other; null for many clusters.</summary>
    public int[][]? Pairs { get; private set; }

    public long Unknown { get; private set; }

    public (string Token, long Line)? FirstUnknown { get; private set; }

    public long? FirstEmptyLine { get; private set; }

    public int Mismatched { get; private set; }

    /// <summary>Of the mismatched ones: the first, and the mean size of the mismatch.</summary>
    public (int Index, double AudioSeconds, double LabelSeconds)? FirstMismatch { get; private set; }

    public double MismatchSeconds { get; private set; }

    public static SplitCounts Of(
        LabelSplit split, ClusterIds ids, LabelCheckOptions options, IProgress<StageProgress>? progress, CancellationToken cancellation)
    {
        var manifest = Manifest.Read(split.ManifestPath, cancellation: cancellation);
        var counts = new SplitCounts(split, ids) { Utterances = manifest.Entries.Count };
        counts.AudioSeconds = manifest.Entries.Sum(e => (double)e.LengthSamples) / options.SampleRate;
        using var lines = LabelFile.Lines(split.LabelsPath, cancellation: cancellation);
        while (lines.MoveNext())
        {
            var labels = counts.Line(lines.Current, lines.Number);
            if (lines.Number <= manifest.Entries.Count)
                counts.Duration((int)lines.Number - 1, labels,
                    manifest.Entries[(int)lines.Number - 1].LengthSamples / (double)options.SampleRate, options.LabelRate);
            if (lines.Number % 1024 == 0)
            {
                cancellation.ThrowIfCancellationRequested();
                progress?.Report(new StageProgress(lines.Number, manifest.Entries.Count, "utterances"));
            }
        }
        counts.Lines = lines.Number;
        if (counts.Histogram.Length < ids.Count)
            counts.Grow(ids.Count);
        return counts;
    }

    private long Line(ReadOnlySpan<byte> line, long number)
    {
        var tokens = new LabelTokens(line);
        long labels = 0;
        var previous = -1;
        while (tokens.MoveNext())
        {
            labels++;
            var cluster = Ids.Of(tokens.Current);
            if (cluster < 0)
            {
                Unknown++;
                FirstUnknown ??= (System.Text.Encoding.UTF8.GetString(tokens.Current), number);
            }
            else
            {
                Count(cluster, previous, number);
            }
            if (cluster < 0 || cluster != previous)
                Runs++;
            previous = cluster;
        }
        Labels += labels;
        if (labels == 0)
            FirstEmptyLine ??= number;
        return labels;
    }

    private void Count(int cluster, int previous, long number)
    {
        if (cluster >= Histogram.Length)
            Grow(Ids.HasDictionary ? Ids.Count : Math.Max(64, 2 * cluster));
        Histogram[cluster]++;
        if (Pairs is not null && previous >= 0 && previous != cluster)
            Pairs[number % 2][(previous * Histogram.Length) + cluster]++;
    }

    private void Grow(int clusters)
    {
        var wider = new long[clusters];
        Histogram.CopyTo(wider, 0);
        var pairs = clusters <= MaximumPairClusters ? new int[][] { new int[clusters * clusters], new int[clusters * clusters] } : null;
        for (var half = 0; half < 2 && pairs is not null && Pairs is not null; half++)
        {
            for (var from = 0; from < Histogram.Length; from++)
                Pairs[half].AsSpan(from * Histogram.Length, Histogram.Length).CopyTo(pairs[half].AsSpan(from * clusters));
        }
        (Histogram, Pairs) = (wider, pairs);
    }

    private void Duration(int index, long labels, double audioSeconds, double labelRate)
    {
        LabelledSeconds += audioSeconds;
        LabelsOfUtterances += labels;
        var labelSeconds = labels / labelRate;
        if (Math.Abs(labelSeconds - audioSeconds) <= ToleranceSeconds)
            return;
        Mismatched++;
        FirstMismatch ??= (index, audioSeconds, labelSeconds);
        MismatchSeconds += Math.Abs(labelSeconds - audioSeconds);
    }
}
