namespace HubertSharp.Evaluation.Alignments;

/// <summary>Whether a reference and labels are about as long, utterance by utterance.</summary>
internal static class ReferenceLength
{
    private const double Share = 0.1, EdgeFrames = 5;
    private const double LeastOfApproximate = 0.5; // recordings end in silence

    /// <summary>Compares the frames of the utterances that both have.</summary>
    /// <param name="path">The reference, for the message.</param>
    /// <param name="reference">Its utterances: name, frames, and whether silence behind them is not counted.</param>
    /// <param name="clusters">The labels.</param>
    /// <param name="next">What to do.</param>
    /// <exception cref="Runs.UserException">It is much shorter or longer.</exception>
    public static void Check(
        string path, IEnumerable<(string Name, double Frames, bool IsApproximate)> reference, FrameLabels clusters, string next)
    {
        var index = new UtteranceIndex(clusters.Utterances.Keys);
        var (frames, labels, count, approximate) = (0.0, 0.0, 0, false);
        foreach (var utterance in reference)
        {
            if (index.Find(utterance.Name) is not { } name)
                continue;
            frames += utterance.Frames;
            labels += clusters.Utterances[name].Length;
            count++;
            approximate |= utterance.IsApproximate;
        }
        var room = (Share * labels) + (EdgeFrames * count);
        if (frames > labels + room || frames < (approximate ? LeastOfApproximate * labels : labels - room))
            throw EvaluationFaults.ReferenceLength(path, labels, frames, count, next);
    }
}
