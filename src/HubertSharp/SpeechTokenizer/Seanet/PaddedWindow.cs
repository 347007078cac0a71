namespace HubertSharp.SpeechTokenizer.Seanet;

/// <summary>
/// What an output of a convolution hears, whose input is padded so that S samples become ceil(S / stride): the odd sample of the padding
/// comes on the left, what the last frame lacks on the right.
/// </summary>
/// <param name="Stride">Samples from an output to the next.</param>
/// <param name="Dilation">Samples from a tap to the next.</param>
/// <param name="Reach">Samples from the first tap to the last one, both counted.</param>
internal readonly record struct PaddedWindow(int Stride, int Dilation, int Reach)
{
    /// <summary>Whether an output hears its own stride of samples and the next one, and nothing else.</summary>
    public bool HasNeighbours => Dilation == 1 && Reach == 2 * Stride;

    /// <summary>Frames of so many samples, and what is padded; less than nothing is cut off.</summary>
    public (long Frames, long Left, long Right) Around(long length)
    {
        var padding = Reach - Stride;
        // the released program computes the number of frames with the padding that is then split
        var frames = (length - Reach + padding + Stride - 1) / Stride + 1;
        var lacking = ((frames - 1) * Stride) + (Reach - padding) - length;
        var right = padding / 2;
        return (frames, padding - right, right + lacking);
    }

    /// <summary>
    /// Samples that are reflected: a clip that is too short gets zeros first, which are cut off again behind the reflection.
    /// </summary>
    public long Reflected(long length)
    {
        var (_, left, right) = Around(length);
        return Math.Max(length, Math.Max(left, right) + 1);
    }
}
