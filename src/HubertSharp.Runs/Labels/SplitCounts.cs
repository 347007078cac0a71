using HubertSharp.Runs.Manifests;

namespace HubertSharp.Runs.Labels;

/// <summary>One pass over a split: counts by cluster, by pair of successive different clusters, and by utterance length.</summary>
internal sealed class SplitCounts
{
    /// <summary>fairseq's tolerance in verify_label_lengths.</summary>
    public const double ToleranceSeconds = 0.1;

    /// <summary>Above this many clusters the pairs are not counted: their table would be larger than what it tells.</summary>
    private const int MaximumPairClusters = 2048;

    /// <summary>How many runs lie between a label and the one that <see cref="FarPairs"/> pairs it with.</summary>
    private const int FarRuns = 8;

    /// <summary>A front end's window leaves out as many frames at the end; rounding adds one at most.</summary>
    public const int EdgeFrames = 3;

    private const int RoundedFrames = 1;

    private readonly int[] _lastRuns = new int[FarRuns];
    private readonly Dictionary<int, int> _ofLine = [];
    private double _lowestRate, _highestRate = double.PositiveInfinity;

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

    /// <summary>
    /// The label rates that every utterance with labels allows, to a frame and the frames at its end; null where no rate fits them all.
    /// </summary>
    public (double Lowest, double Highest)? SharedLabelRates =>
        LabelsOfUtterances > 0 && _lowestRate <= _highestRate ? (_lowestRate, _highestRate) : null;

    public long Runs { get; private set; }

    /// <summary>By cluster; may be longer than <see cref="ClusterIds.Count"/>, with zeros.</summary>
    public long[] Histogram { get; private set; } = [];

    /// <summary>[from, to] row by row, odd and even lines apart so that one half can test the other; null for many clusters.</summary>
    public int[][]? Pairs { get; private set; }

    /// <summary>The same for a run and the eighth after it, where the two differ.</summary>
    public int[][]? FarPairs { get; private set; }

    /// <summary>Labels that have one before them on their line.</summary>
    public long Followers { get; private set; }

    /// <summary>Of these, the ones that repeat it.</summary>
    public long Repeats { get; private set; }

    /// <summary>Lines that are long enough to tell whether they are in order, and those that are not.</summary>
    public int LinesJudged { get; private set; }

    public int LinesShuffled { get; private set; }

    /// <summary>Lines of as many labels, and those of them that are one label over and over.</summary>
    public int LongLines { get; private set; }

    public int OneLabelLines { get; private set; }

    /// <summary>How many would repeat it, were each line in random order.</summary>
    public double RepeatsOfShuffle { get; private set; }

    /// <summary>Repeats beyond those of a random order, of all that it leaves to be had.</summary>
    public double ExcessRepeats => (Repeats - RepeatsOfShuffle) / Math.Max(1, Followers - RepeatsOfShuffle);

    public double MeanRunFrames => (double)Labels / Math.Max(1, Runs);

    public long Unknown { get; private set; }

    public (string Token, long Line)? FirstUnknown { get; private set; }

    public long? FirstEmptyLine { get; private set; }

    public int Mismatched { get; private set; }

    /// <summary>Of the mismatched ones: the first, and the mean size of the mismatch.</summary>
    public (int Index, double AudioSeconds, double LabelSeconds)? FirstMismatch { get; private set; }

    public double MismatchSeconds { get; private set; }

    /// <summary>What a few of the audio files say of the manifest's lengths; null where none was asked or could tell.</summary>
    public ManifestLengths? Lengths { get; private set; }

    public static SplitCounts Of(
        LabelSplit split, ClusterIds ids, LabelCheckOptions options, IProgress<StageProgress>? progress, CancellationToken cancellation)
    {
        var manifest = Manifest.Read(split.ManifestPath, cancellation: cancellation);
        var counts = new SplitCounts(split, ids) { Utterances = manifest.Entries.Count };
        counts.AudioSeconds = Enumerable.Range(0, manifest.Entries.Count).Sum(i => (double)manifest.Samples(i)) / options.SampleRate;
        counts.Lengths = options.LengthOf is { } lengthOf
            ? ManifestLengths.Look(split.ManifestPath, manifest, options.SampleRate, lengthOf, cancellation)
            : null;
        using var lines = LabelFile.Lines(split.LabelsPath, cancellation: cancellation);
        while (lines.MoveNext())
        {
            var labels = counts.Line(lines.Current, lines.Number);
            if (lines.Number <= manifest.Entries.Count)
                counts.Duration((int)lines.Number - 1, labels,
                    manifest.Samples((int)lines.Number - 1) / (double)options.SampleRate, options.LabelRate);
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

    /// <summary>Counts of lines alone, without a manifest.</summary>
    public static SplitCounts Of(LabelSplit split, ClusterIds ids, IEnumerable<(long Number, byte[] Line)> lines)
    {
        var counts = new SplitCounts(split, ids);
        foreach (var (number, line) in lines)
            counts.Line(line, number);
        return counts;
    }

    private long Line(ReadOnlySpan<byte> line, long number)
    {
        var tokens = new LabelTokens(line);
        long labels = 0, runs = 0;
        var previous = -1;
        _ofLine.Clear();
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
                System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_ofLine, cluster, out _)++;
            }
            if (cluster < 0 || cluster != previous)
            {
                if (cluster >= 0 && runs >= FarRuns)
                    CountFar(_lastRuns[runs % FarRuns], cluster, number);
                _lastRuns[runs++ % FarRuns] = cluster;
            }
            previous = cluster;
        }
        Runs += runs;
        Labels += labels;
        if (labels >= LabelOrder.FewestLabels)
        {
            LongLines++;
            OneLabelLines += runs == 1 ? 1 : 0;
        }
        if (labels > 1)
        {
            Followers += labels - 1;
            Repeats += labels - runs;
            var ofShuffle = _ofLine.Values.Sum(n => n * (n - 1.0)) / labels;
            RepeatsOfShuffle += ofShuffle;
            if (LabelOrder.IsShuffled(labels - 1, labels - runs, ofShuffle) is { } shuffled)
            {
                LinesJudged++;
                LinesShuffled += shuffled ? 1 : 0;
            }
        }
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

    private void CountFar(int before, int cluster, long number)
    {
        if (FarPairs is not null && before >= 0 && before != cluster)
            FarPairs[number % 2][(before * Histogram.Length) + cluster]++;
    }

    private void Grow(int clusters)
    {
        var wider = new long[clusters];
        Histogram.CopyTo(wider, 0);
        (Pairs, FarPairs, Histogram) = (Wider(Pairs, clusters), Wider(FarPairs, clusters), wider);
    }

    private int[][]? Wider(int[][]? old, int clusters)
    {
        if (clusters > MaximumPairClusters)
            return null;
        int[][] pairs = [new int[clusters * clusters], new int[clusters * clusters]];
        for (var half = 0; half < 2 && old is not null; half++)
        {
            for (var from = 0; from < Histogram.Length; from++)
                old[half].AsSpan(from * Histogram.Length, Histogram.Length).CopyTo(pairs[half].AsSpan(from * clusters));
        }
        return pairs;
    }

    private void Duration(int index, long labels, double audioSeconds, double labelRate)
    {
        LabelledSeconds += audioSeconds;
        LabelsOfUtterances += labels;
        if (labels > 0)
        {
            _lowestRate = Math.Max(_lowestRate, (labels - RoundedFrames) / audioSeconds);
            _highestRate = Math.Min(_highestRate, (labels + EdgeFrames) / audioSeconds);
        }
        var labelSeconds = labels / labelRate;
        if (Math.Abs(labelSeconds - audioSeconds) <= ToleranceSeconds)
            return;
        Mismatched++;
        FirstMismatch ??= (index, audioSeconds, labelSeconds);
        MismatchSeconds += Math.Abs(labelSeconds - audioSeconds);
    }
}
