using System.Globalization;
using System.Text;

namespace HubertSharp.Runs.Labels;

/// <summary>
/// Labels held against the features that they were made of: those are clustered on the spot, a sample of them, and what follows what in
/// these clusters is what labels in their right order have too. Where features have no order of their own, none is asked of labels.
/// </summary>
internal sealed class OwnOrder
{
    // Of the repeats beyond chance that the features' clusters have, those of labels of the same features have 0.9 to 1.1.
    private const double LeastShare = 0.6, LeastOwnExcess = 0.1;

    // What the features' cluster tells of a label beyond that of a frame half an utterance away, as a share of the label's entropy.
    private const double LeastTold = 0.05;

    // Of frames so far away and farther the clusters tell more than those of the label's own frame: the labels were moved. Front ends
    // differ by a frame or two. Half as much again is more than the lengths of sounds make of it.
    private const int LeastShift = 3, FarthestShift = 100;
    private const double ShiftTellsMore = 1.5;

    private readonly LabelSplit _split;
    private readonly SplitCounts _labels, _own;
    private readonly List<(int[] Labels, int[] Own)> _pairs = [];
    private readonly int _otherLength;
    private readonly double _here, _away, _labelsPerFrame;

    private OwnOrder(LabelSplit split, IReadOnlyDictionary<int, int[]> own, CancellationToken cancellation)
    {
        _split = split;
        var ids = new ClusterIds(dictionary: null);
        var lines = new List<(long Number, byte[] Line)>();
        using (var file = LabelFile.Lines(split.LabelsPath, cancellation: cancellation))
        {
            while (file.MoveNext())
            {
                if (!own.TryGetValue((int)file.Number - 1, out var clusters))
                    continue;
                lines.Add((lines.Count, file.Current.ToArray())); // numbered anew: odd and even lines are counted apart
                _pairs.Add((Ids(file.Current, ids), clusters));
            }
        }
        _labels = SplitCounts.Of(split, ids, lines);
        _own = SplitCounts.Of(split, new ClusterIds(dictionary: null),
            own.OrderBy(o => o.Key).Select((o, i) => ((long)i, Encoding.ASCII.GetBytes(string.Join(' ', o.Value)))));
        _otherLength = _pairs.Count(p => Math.Abs(p.Labels.Length - p.Own.Length) > SplitCounts.EdgeFrames + (0.02 * p.Own.Length));
        _labelsPerFrame = (double)_pairs.Sum(p => (long)p.Labels.Length) / Math.Max(1, _pairs.Sum(p => (long)p.Own.Length));
        _here = Told(_ => 0);
        _away = Told(length => length / 2);
    }

    /// <summary>What the features say of a split's labels, or null for nothing to say.</summary>
    /// <param name="split">The labels.</param>
    /// <param name="own">By utterance, from 0: the features' own clusters, one per frame.</param>
    /// <param name="alone">What the labels alone say; features that have no order of their own ask none of labels.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static LabelFinding? Finding(
        LabelSplit split, IReadOnlyDictionary<int, int[]> own, LabelFinding? alone, CancellationToken cancellation)
    {
        var order = new OwnOrder(split, own, cancellation);
        return order._pairs.Count == 0 ? alone : order.Judge(alone);
    }

    private LabelFinding? Judge(LabelFinding? alone)
    {
        if (2 * _otherLength > _pairs.Count)
            return new LabelFinding(LabelSeverity.Warning, "other_features",
                $"{_split.LabelsPath}: the features have another rate than the labels, so they cannot judge them (expected one "
                + $"label per frame, found "
                + $"{Number(_labelsPerFrame)})", "give the features that the labels were made of");
        var entropy = Histograms.EntropyBits(_labels.Histogram);
        if (Shift(entropy) is var (shift, there))
            return new LabelFinding(LabelSeverity.Warning, "shifted",
                $"{_split.LabelsPath}: the labels come {Math.Abs(shift)} frames {(shift > 0 ? "before" : "after")} the features "
                + $"that they go with "
                + $"(a frame's own cluster tells {Number(_here)} of a label's {Number(entropy)} bits, that of {Math.Abs(shift)} frames "
                + $"{(shift > 0 ? "later" : "earlier")} {Number(there)})",
                "the audio or the labels were cut at the start; make the labels anew from these recordings with 'hubert kmeans apply'");
        if (_here - _away < LeastTold * entropy)
            return LabelOrder.Warning(_split,
                $"the labels do not go with the features of their frames: a frame's own cluster tells {Number(_here)} of a label's "
                + $"{Number(entropy)} bits, that of a frame half an utterance away {Number(_away)}", LabelOrder.NothingToLearn);
        if (_own.ExcessRepeats is not (>= LeastOwnExcess and var expected))
            return null;
        if (_labels.ExcessRepeats >= LeastShare * expected)
            return alone;
        return LabelOrder.Warning(_split,
            $"the labels do not keep the order of the features: their runs last {Number(_labels.MeanRunFrames)} frames, those of the "
            + $"features' own clusters {Number(_own.MeanRunFrames)}{Gains()}", LabelOrder.NoiseToLearn);
    }

    /// <summary>
    /// How many frames later the features lie that the labels go with, and what these tell; null where it is none or nothing.
    /// </summary>
    private (int Frames, double Told)? Shift(double entropy)
    {
        (int Frames, double Told) best = (0, _here);
        for (var frames = -FarthestShift; frames <= FarthestShift; frames++)
        {
            if (Math.Abs(frames) >= LeastShift && Told(_ => frames) is var told && told > best.Told)
                best = (frames, told);
        }
        return best.Frames != 0 && best.Told - _away > Math.Max(ShiftTellsMore * (_here - _away), LeastTold * entropy) ? best : null;
    }

    private string Gains() =>
        LabelOrder.Gain(_labels.Pairs, _labels) is { } labels && LabelOrder.Gain(_own.Pairs, _own) is { } own
        ? $"; a label tells {Number(Math.Max(0, labels))} bits of the next one, an own cluster {Number(Math.Max(0, own))}"
        : "";

    /// <summary>
    /// Mutual information of a label and the cluster of a frame so much later, in bits; behind the end it goes on at the start.
    /// </summary>
    private double Told(Func<int, int> later)
    {
        var clusters = 1 + _pairs.SelectMany(p => p.Own).DefaultIfEmpty(0).Max();
        var labels = 1 + _pairs.SelectMany(p => p.Labels).DefaultIfEmpty(0).Max();
        var joint = new Dictionary<(int Label, int Cluster), long>();
        var (ofLabel, ofCluster, total) = (new double[labels], new double[clusters], 0.0);
        foreach (var (line, own) in _pairs)
        {
            var length = Math.Min(line.Length, own.Length);
            var shift = length == 0 ? 0 : ((later(length) % length) + length) % length;
            for (var t = 0; t < length; t++)
            {
                var (label, cluster) = (line[t], own[(t + shift) % length]);
                System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(joint, (label, cluster), out _)++;
                ofLabel[label]++;
                ofCluster[cluster]++;
                total++;
            }
        }
        return joint.Sum(j => j.Value / total * Math.Log2(j.Value * total / (ofLabel[j.Key.Label] * ofCluster[j.Key.Cluster])));
    }

    private static int[] Ids(ReadOnlySpan<byte> line, ClusterIds ids)
    {
        var tokens = new LabelTokens(line);
        var found = new List<int>();
        while (tokens.MoveNext())
            found.Add(Math.Max(0, ids.Of(tokens.Current)));
        return [.. found];
    }

    private static string Number(double number) => number.ToString("0.00", CultureInfo.InvariantCulture);
}
