namespace HubertSharp.Evaluation.Alignments;

/// <summary>Reference labels that a set of cluster labels can be compared with.</summary>
internal interface IReference
{
    /// <summary>
    /// The reference frame by frame, under the names of the clusters' utterances; one without clusters keeps its own name.
    /// </summary>
    /// <param name="clusters">The clusters to compare with.</param>
    /// <param name="labelRate">Clusters per second.</param>
    FrameLabels For(FrameLabels clusters, double labelRate);

    /// <summary>
    /// Refuses a reference of quite another length than the labels: frames behind the shorter one are compared with nothing.
    /// </summary>
    /// <exception cref="Runs.UserException">It is much shorter or longer, over the utterances that both have.</exception>
    void CheckLength(FrameLabels clusters, double labelRate);
}
