using System.Numerics;

namespace HubertSharp.Features.Acoustic;

/// <summary>Slopes of a sequence of frames: torchaudio's <c>compute_deltas</c> with 5 frames and repeated edges.</summary>
/// <remarks>
/// d[t] = Σ n·(x[t + n] − x[t − n]) / 10 for n = 1, 2. Frames are rows; the sequences here have <see cref="Reach"/> spare rows at both
/// ends.
/// </remarks>
internal static class FrameDeltas
{
    /// <summary>Frames to either side.</summary>
    public const int Reach = 2;

    /// <summary>
    /// Repeats the edges of <paramref name="frames"/> into its spare rows and writes the slopes to the same rows of
    /// <paramref name="deltas"/>.
    /// </summary>
    public static void Compute(Span<float> frames, Span<float> deltas, int width)
    {
        var edge = Reach * width;
        for (var row = 0; row < Reach; row++)
        {
            frames.Slice(edge, width).CopyTo(frames[(row * width)..]);
            frames.Slice(frames.Length - edge - width, width).CopyTo(frames[(frames.Length - edge + (row * width))..]);
        }
        var i = edge;
        var end = frames.Length - edge;
        var tenth = new Vector<float>(0.1f);
        for (; i <= end - Vector<float>.Count; i += Vector<float>.Count)
        {
            var near = new Vector<float>(frames[(i + width)..]) - new Vector<float>(frames[(i - width)..]);
            var far = new Vector<float>(frames[(i + edge)..]) - new Vector<float>(frames[(i - edge)..]);
            ((near + far + far) * tenth).CopyTo(deltas[i..]);
        }
        for (; i < end; i++)
            deltas[i] = (frames[i + width] - frames[i - width] + (2 * (frames[i + edge] - frames[i - edge]))) * 0.1f;
    }

    /// <summary>
    /// Copies rows of <paramref name="width"/> into the columns from <paramref name="column"/> on of rows three times as wide.
    /// </summary>
    public static void Copy(ReadOnlySpan<float> rows, Span<float> destination, int width, int column)
    {
        for (int from = 0, to = column; to < destination.Length; from += width, to += 3 * width)
            rows.Slice(from, width).CopyTo(destination[to..]);
    }
}
