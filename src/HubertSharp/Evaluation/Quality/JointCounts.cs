using System.Runtime.InteropServices;
using HubertSharp.Evaluation.Alignments;

namespace HubertSharp.Evaluation.Quality;

/// <summary>How often each reference label meets each cluster, over the utterances that both sides have.</summary>
internal sealed class JointCounts
{
    private readonly Dictionary<(int Reference, int Hypothesis), long> _cells = [];

    private JointCounts()
    {
    }

    public IReadOnlyDictionary<(int Reference, int Hypothesis), long> Cells => _cells;

    /// <summary>Frames compared.</summary>
    public long Total { get; private set; }

    /// <summary>Sum over utterances of the difference in length.</summary>
    public long Difference { get; private set; }

    /// <summary>Reference utterances without clusters.</summary>
    public int Missing { get; private set; }

    /// <summary>Counts; the longer side of an utterance is cut to the shorter one.</summary>
    /// <exception cref="Runs.UserException">The two share no frame.</exception>
    public static JointCounts Of(FrameLabels references, FrameLabels hypotheses)
    {
        var counts = new JointCounts();
        foreach (var (_, reference, hypothesis) in Pairs(references, hypotheses))
        {
            var length = Math.Min(reference.Length, hypothesis.Length);
            counts.Difference += Math.Abs(reference.Length - hypothesis.Length);
            counts.Total += length;
            for (var t = 0; t < length; t++)
                CollectionsMarshal.GetValueRefOrAddDefault(counts._cells, (reference[t], hypothesis[t]), out _)++;
        }
        counts.Missing = references.Utterances.Keys.Count(name => !hypotheses.Utterances.ContainsKey(name));
        return counts.Total > 0
            ? counts
            : throw EvaluationFaults.NothingInCommon(references.Utterances.Count, hypotheses.Utterances.Count);
    }

    /// <summary>The utterances that both sides have.</summary>
    public static IEnumerable<(string Name, int[] Reference, int[] Hypothesis)> Pairs(FrameLabels references, FrameLabels hypotheses)
    {
        foreach (var (name, reference) in references.Utterances)
        {
            if (hypotheses.Utterances.TryGetValue(name, out var hypothesis))
                yield return (name, reference, hypothesis);
        }
    }

    /// <summary>What the labels of the reference have to do with clusters.</summary>
    public Marginals OfReference(int symbols) => Marginals.Of(_cells.Select(c => (c.Key.Reference, c.Key.Hypothesis, c.Value)), symbols);

    /// <summary>What clusters have to do with the labels of the reference.</summary>
    public Marginals OfHypothesis(int symbols) => Marginals.Of(_cells.Select(c => (c.Key.Hypothesis, c.Key.Reference, c.Value)), symbols);

    /// <summary>Per label of one side.</summary>
    /// <param name="Sum">Its frames.</param>
    /// <param name="Largest">Those that it shares with the commonest label of the other side.</param>
    /// <param name="Commonest">That label.</param>
    public sealed record Marginals(long[] Sum, long[] Largest, int[] Commonest)
    {
        internal static Marginals Of(IEnumerable<(int Label, int Other, long Count)> cells, int symbols)
        {
            var marginals = new Marginals(new long[symbols], new long[symbols], new int[symbols]);
            foreach (var (label, other, count) in cells)
            {
                marginals.Sum[label] += count;
                if (count > marginals.Largest[label])
                    (marginals.Largest[label], marginals.Commonest[label]) = (count, other);
            }
            return marginals;
        }
    }
}
