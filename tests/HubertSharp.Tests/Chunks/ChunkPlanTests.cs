using HubertSharp.Runs;
using HubertSharp.Runs.Chunks;

namespace HubertSharp.Tests.Chunks;

public class ChunkPlanTests
{
    [Theory]
    [InlineData(400, 20, 2)]
    [InlineData(16000 * 21 + 77, 20, 2)]
    [InlineData(16000 * 61, 20, 2)]
    [InlineData(16000 * 3600, 20, 2)]
    [InlineData(16000 * 100, 1, 0.5)]
    [InlineData(16000 * 10, 0.02, 0)]
    public void Chunks_keep_each_frame_once_and_are_as_good_as_equally_long(long samples, double seconds, double overlap)
    {
        const int stride = 320, receptive = 400;
        var frames = ((samples - receptive) / stride) + 1;
        var plan = new ChunkPlan(new ChunkOptions { Seconds = seconds, OverlapSeconds = overlap }, samples, frames, stride, receptive,
            16000);
        var next = 0L;
        for (var i = 0; i < plan.Count; i++)
        {
            var chunk = plan[i];
            Assert.Equal(next, chunk.FirstFrame);
            next += chunk.Frames;
            Assert.InRange(chunk.Frames, Math.Max(1, plan.ChunkFrames - plan.Count), Math.Ceiling(seconds * 50));
            Assert.Equal((chunk.FirstFrame - chunk.Skip) * stride, chunk.StartSample);
            Assert.Equal(chunk.HeardFrames, ((chunk.Samples - receptive) / stride) + 1);
            // the same on both sides, but at the recording's ends
            Assert.Equal(i == 0 ? 0 : (int)Math.Min(plan.OverlapFrames, chunk.FirstFrame), chunk.Skip);
            Assert.InRange(chunk.StartSample + chunk.Samples, 1, samples);
        }
        Assert.Equal(frames, next);
        Assert.Equal(samples, plan[plan.Count - 1].StartSample + plan[plan.Count - 1].Samples);
    }

    [Theory]
    [InlineData(0, 0, "--chunk-seconds: bad value (expected a number above 0 and at most 20,000, found 0)")]
    [InlineData(1e9, 0, "--chunk-seconds: bad value")]
    [InlineData(3, 2, "--chunk-seconds: bad chunk")]
    [InlineData(0.01, 0, "--chunk-seconds: bad chunk")]
    [InlineData(double.NaN, 0, "--chunk-seconds: bad value")]
    [InlineData(double.PositiveInfinity, 0, "--chunk-seconds: bad value")]
    [InlineData(5, -1, "--overlap-seconds: bad value (expected a number from 0 on, found -1)")]
    [InlineData(5, -0.001, "--overlap-seconds: bad value")]
    [InlineData(5, double.NaN, "--overlap-seconds: bad value")]
    public void A_chunk_that_is_none_is_refused(double seconds, double overlap, string expected) =>
        Assert.StartsWith(expected, Assert.Throws<UserException>(() =>
            new ChunkPlan(new ChunkOptions { Seconds = seconds, OverlapSeconds = overlap }, 16000, 49, 320, 400, 16000)).Message);
}
