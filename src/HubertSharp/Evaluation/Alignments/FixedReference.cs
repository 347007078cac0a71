namespace HubertSharp.Evaluation.Alignments;

/// <summary>
/// A reference that comes as one label per frame: it has its own rate, and clusters of half that rate need an upsampling of 2.
/// </summary>
internal sealed class FixedReference(FrameLabels labels) : IReference
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
}
