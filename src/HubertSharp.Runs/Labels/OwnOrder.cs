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

    private readonly LabelSplit _split;
    private readonly SplitCounts _labels, _own;
    private readonly int _utterances, _otherLength;
    private readonly double _here, _away, _labelsPerFrame;

    private OwnOrder(LabelSplit split, IReadOnlyDictionary<int, int[]> own, CancellationToken cancellation)
    {
        _split = split;
        var ids = new ClusterIds(dictionary: null);
        var lines = new List<(long Number, byte[] Line)>();
        var pairs = new List<(int[] Labels, int[] Own)>();
        using (var file = LabelFile.Lines(split.LabelsPath, cancellation: cancellation))
        {
            while (file.MoveNext())
            {
                if (!own.TryGetValue((int)file.Number - 1, out var clusters))
                    continue;
                lines.Add((file.Number, file.Current.ToArray()));
                pairs.Add((Ids(file.Current, ids), clusters));
            }
        }
        _labels = SplitCounts.Of(split, ids, lines);
        _own = SplitCounts.Of(split, new ClusterIds(dictionary: null),
            own.Select(o => (o.Key + 1L, Encoding.ASCII.GetBytes(string.Join(' ', o.Value)))));
        _utterances = pairs.Count;
        _otherLength = pairs.Count(p => Math.Abs(p.Labels.Length - p.Own.Length) > SplitCounts.EdgeFrames + (0.02 * p.Own.Length));
        _labelsPerFrame = (double)pairs.Sum(p => (long)p.Labels.Length) / Math.Max(1, pairs.Sum(p => (long)p.Own.Length));
        (_here, _away) = (Told(pairs, ids.Count, away: false), Told(pairs, ids.Count, away: true));
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
        return order._utterances == 0 ? alone : order.Judge(alone);
    }

    private LabelFinding? Judge(LabelFinding? alone)
    {
        if (2 * _otherLength > _utterances)
            return new LabelFinding(LabelSeverity.Warning, "other_features",
                $"{_split.LabelsPath}: the features have another rate than the labels, so they cannot judge them (expected one "
                + $"label per frame, found "
                + $"{Number(_labelsPerFrame)})", "give the features that the labels were made of");
        var entropy = Histograms.EntropyBits(_labels.Histogram);
        if (_here - _away < LeastTold * entropy)
            return LabelOrder.Warning(_split,
                $"the labels do not go with the features of their frames: a frame's own cluster tells {Number(_here)} of a label's "
                + $"{Number(entropy)} bits, that of a frame half an utterance away {Number(_away)}");
        if (_own.ExcessRepeats is not (>= LeastOwnExcess and var expected))
            return null;
        if (_labels.ExcessRepeats >= LeastShare * expected)
            return alone;
        return LabelOrder.Warning(_split,
            $"the labels do not keep the order of the features: their runs last {Number(_labels.MeanRunFrames)} frames, those of the "
            + $"features' own clusters {Number(_own.MeanRunFrames)}{Gains()}");
    }

    private string Gains() =>
        LabelOrder.Gain(_labels.Pairs, _labels) is { } labels && LabelOrder.Gain(_own.Pairs, _own) is { } own
        ? $"; a label tells {Number(labels)} bits of the next one, an own cluster {Number(own)}"
        : "";

    /// <summary>Mutual information of label and cluster, of the same frame or of frames half an utterance apart, in bits.</summary>
    private static double Told(List<(int[] Labels, int[] Own)> pairs, int labels, bool away)
    {
        var clusters = 1 + pairs.SelectMany(p => p.Own).DefaultIfEmpty(0).Max();
        var joint = new Dictionary<(int Label, int Cluster), long>();
        var (ofLabel, ofCluster, total) = (new double[labels], new double[clusters], 0.0);
        foreach (var (line, own) in pairs)
        {
            var length = Math.Min(line.Length, own.Length);
            for (var t = 0; t < length; t++)
            {
                var (label, cluster) = (line[t], own[away ? (t + (length / 2)) % length : t]);
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
