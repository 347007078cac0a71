using HubertSharp.Evaluation.Alignments;

namespace HubertSharp.Evaluation.Probe;

/// <summary>One vector per segment: the mean of the frames whose centres lie in it.</summary>
internal static class SegmentPooling
{
    /// <summary>
    /// Adds the mean frame of a segment to <paramref name="destination"/>; a segment between two centres takes the nearest frame.
    /// </summary>
    /// <param name="frames">One utterance's frames, row by row.</param>
    /// <param name="dimensions">Values per frame.</param>
    /// <param name="frameRate">Frames per second.</param>
    /// <param name="startSample">First sample, at 16 kHz.</param>
    /// <param name="endSample">The sample after the last one.</param>
    /// <param name="destination">Receives <paramref name="dimensions"/> values.</param>
    public static void Mean(
        ReadOnlySpan<float> frames, int dimensions, double frameRate, long startSample, long endSample, Span<float> destination)
    {
        var count = frames.Length / dimensions;
        var first = 0;
        while (first < count && AlignmentReference.CentreSample(first, frameRate) < startSample)
            first++;
        var end = first;
        while (end < count && AlignmentReference.CentreSample(end, frameRate) < endSample)
            end++;
        if (end == first)
        {
            var middle = (startSample + endSample) / 2.0;
            var before = Math.Max(0, first - 1);
            first = first < count && AlignmentReference.CentreSample(first, frameRate)
                - middle < middle - AlignmentReference.CentreSample(before, frameRate) ? first : before;
            end = first + 1;
        }
        destination.Clear();
        for (var t = first; t < end; t++)
        {
            for (var d = 0; d < dimensions; d++)
                destination[d] += frames[t * dimensions + d];
        }
        for (var d = 0; d < dimensions; d++)
            destination[d] /= end - first;
    }
}
