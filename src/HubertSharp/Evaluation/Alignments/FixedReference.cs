namespace HubertSharp.Evaluation.Alignments;

/// <summary>
/// A reference that comes as one label per frame: it has its own rate, and clusters of half that rate need an upsampling of 2.
/// </summary>
internal sealed class FixedReference(string path, FrameLabels labels) : IReference
{
    /// <inheritdoc/>
    public FrameLabels For(FrameLabels clusters, double labelRate)
    {
        var index = new UtteranceIndex(clusters.Utterances.Keys);
        var renamed = new FrameLabels();
        foreach (var symbol in labels.Symbols)
            renamed.IdOf(symbol);
        foreach (var (name, sequence) in labels.Utterances)
            renamed.Set(index.Find(name) ?? name, sequence);
        return renamed;
    }

    /// <inheritdoc/>
    public void CheckLength(FrameLabels clusters, double labelRate) =>
        ReferenceLength.Check(path, labels.Utterances.Select(u => (u.Key, (double)u.Value.Length, false)), clusters,
            "give one label per frame at the rate of the labels: --upsample repeats these, "
            + "and an alignment with times (docs/evaluation.md) "
            + "fits any rate");
}
