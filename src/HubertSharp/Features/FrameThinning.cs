namespace HubertSharp.Features;

/// <summary>
/// Features at a whole fraction of their rate: every n-th frame from the first on. Frame i of HuBERT is centred where frame 2i of MFCCs is,
/// and there are equally many, so that both then speak of the same instants.
/// </summary>
internal static class FrameThinning
{
    /// <summary>Writes the thinned dump of a split.</summary>
    /// <param name="folder">The dump.</param>
    /// <param name="split">Its split.</param>
    /// <param name="to">Folder of the thinned one.</param>
    /// <param name="every">Of so many frames one stays.</param>
    /// <param name="cancellation">Ends between two utterances.</param>
    /// <exception cref="Runs.UserException">The dump cannot be read, or a full disk.</exception>
    public static void Write(string folder, string split, string to, int every, CancellationToken cancellation)
    {
        using var dump = FeatureDumpReader.Open(folder, split);
        var description = dump.Description!;
        using var writer = FeatureDumpWriter.Create(to, split, FeatureShard.Whole,
            description with { FrameRate = description.FrameRate / every });
        for (var utterance = 0; utterance < dump.Utterances; utterance++)
        {
            cancellation.ThrowIfCancellationRequested();
            var frames = dump.ReadUtterance(utterance);
            var kept = new float[(dump.LengthOf(utterance) + every - 1) / every * dump.Dimensions];
            for (var t = 0; t * dump.Dimensions < kept.Length; t++)
                frames.AsSpan(t * every * dump.Dimensions, dump.Dimensions).CopyTo(kept.AsSpan(t * dump.Dimensions));
            writer.Append(kept, folder);
        }
        writer.Complete();
    }
}
