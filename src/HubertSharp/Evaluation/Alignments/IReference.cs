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
}
