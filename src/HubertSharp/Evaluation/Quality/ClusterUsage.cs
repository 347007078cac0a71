using HubertSharp.Evaluation.Alignments;

namespace HubertSharp.Evaluation.Quality;

/// <summary>How evenly a labelling uses its clusters.</summary>
/// <param name="Frames">Frames labelled.</param>
/// <param name="Used">Different clusters that occur.</param>
/// <param name="EntropyBits">Entropy of the cluster histogram, the floor of what a predictor without context can reach.</param>
/// <param name="LargestShare">Share of frames of the commonest cluster.</param>
/// <param name="SegmentFrames">Mean length of a run of one cluster.</param>
public sealed record ClusterUsage(long Frames, int Used, double EntropyBits, double LargestShare, double SegmentFrames)
{
    /// <summary>Counts the clusters of all utterances.</summary>
    internal static ClusterUsage Of(FrameLabels clusters)
    {
        var counts = new long[clusters.Symbols.Count];
        long runs = 0;
        foreach (var sequence in clusters.Utterances.Values)
        {
            for (var t = 0; t < sequence.Length; t++)
            {
                counts[sequence[t]]++;
                if (t == 0 || sequence[t] != sequence[t - 1])
                    runs++;
            }
        }
        var frames = counts.Sum();
        var entropy = counts.Where(c => c > 0).Sum(c => -(double)c / frames * Math.Log2((double)c / frames));
        return new ClusterUsage(frames, counts.Count(c => c > 0), entropy, (double)counts.Max() / frames, (double)frames / runs);
    }
}
