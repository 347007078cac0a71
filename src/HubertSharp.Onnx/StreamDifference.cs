using HubertSharp.Runs.Chunks;

namespace HubertSharp.Onnx;

/// <summary>
/// How far the chunks of a recording are from the recording heard as a whole, which every frame's attention reaches over. For layers
/// and logits ‖difference‖ / ‖whole‖, for units the share of frames that have another one.
/// </summary>
/// <param name="Seconds">Of the recording that were compared.</param>
/// <param name="Cuts">Between chunks.</param>
/// <param name="NearCuts">Of frames within <see cref="ChunkOptions.OverlapSeconds"/> of a cut; 0 without one.</param>
/// <param name="AwayFromCuts">Of the others.</param>
public sealed record StreamDifference(double Seconds, int Cuts, double NearCuts, double AwayFromCuts)
{
    /// <param name="whole">[frames, numbers per frame] row by row.</param>
    /// <param name="chunks">The same from chunks.</param>
    /// <param name="frames">How many.</param>
    /// <param name="chunkFrames">Frames of a chunk.</param>
    /// <param name="nearFrames">Frames on each side of a cut that count as near.</param>
    /// <param name="seconds">Of the recording.</param>
    internal static StreamDifference OfNumbers(
        float[] whole, float[] chunks, long frames, long chunkFrames, long nearFrames, double seconds) =>
        Of(whole.Length, frames, chunkFrames, nearFrames, seconds,
            i => ((double)(whole[i] - chunks[i]) * (whole[i] - chunks[i]), (double)whole[i] * whole[i]), Math.Sqrt);

    /// <inheritdoc cref="OfNumbers"/>
    internal static StreamDifference OfUnits(long[] whole, long[] chunks, long frames, long chunkFrames, long nearFrames, double seconds) =>
        Of(whole.Length, frames, chunkFrames, nearFrames, seconds, i => (whole[i] == chunks[i] ? 0 : 1, 1), share => share);

    private static StreamDifference Of(
        int length, long frames, long chunkFrames, long nearFrames, double seconds, Func<int, (double Difference, double Whole)> compare,
        Func<double, double> finish)
    {
        (double Difference, double Whole) near = default, away = default;
        for (var i = 0; i < length; i++)
        {
            var frame = i / (length / frames);
            var cut = (frame + (chunkFrames / 2)) / chunkFrames * chunkFrames; // the nearest
            var isNear = cut > 0 && cut < frames && frame >= cut - nearFrames && frame < cut + nearFrames;
            var (difference, whole) = compare(i);
            ref var sums = ref isNear ? ref near : ref away;
            sums = (sums.Difference + difference, sums.Whole + whole);
        }
        double Ratio((double Difference, double Whole) sums) => sums.Whole > 0 ? finish(sums.Difference / sums.Whole) : 0;
        return new StreamDifference(seconds, (int)(Math.Max(0, frames - 1) / chunkFrames), Ratio(near), Ratio(away));
    }
}
