using HubertSharp.SpeechTokenizer.Benchmark;
using HubertSharp.Tests.SpeechTokenizer.Training;

namespace HubertSharp.Tests.SpeechTokenizer.Benchmark;

/// <summary>What is timed is what it says.</summary>
public sealed class TokenizerBenchmarkTests
{
    [Fact]
    public void A_step_and_both_directions_are_timed_in_their_parts()
    {
        using var run = new TinyTokenizerRun();
        var options = new TokenizerBenchmarkOptions { Rows = 2, Seconds = 0.5, Steps = 2, WarmUp = 0, ClipSeconds = 0.5, Rounds = 1 };
        var result = TokenizerBenchmark.Run(run.Config(TinyTokenizerRun.AllDiscriminators), options, CancellationToken.None);
        Assert.InRange(result.AudioSecondsPerStep, 0.95, 1); // whole frames
        Assert.InRange(result.BestStepSeconds!.Value, 1e-4, result.MedianStepSeconds!.Value);
        // the parts of a step are the step
        Assert.InRange(result.PartMilliseconds.Values.Sum() / 1000, 0.2 * result.BestStepSeconds.Value, 5 * result.MedianStepSeconds.Value);
        Assert.Contains("codebooks", result.PartMilliseconds.Keys);
        Assert.True(result is { EncodeRealTimeFactor: > 0, DecodeRealTimeFactor: > 0, Parameters: > 0, PeakMemoryMiB: > 0 });
    }
}
