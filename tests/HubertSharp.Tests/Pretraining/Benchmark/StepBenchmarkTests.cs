using HubertSharp.Pretraining.Benchmark;

namespace HubertSharp.Tests.Pretraining.Benchmark;

public sealed class StepBenchmarkTests : IDisposable
{
    private readonly TinyRun _run = new();

    // On a processor and the way of a GPU, with and without a loss scale: a loss scale looks at once whatever the device.
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Every_way_of_the_trained_step_can_be_timed(bool looksLater, bool scaleLoss)
    {
        var options = new StepBenchmarkOptions
        {
            Rows = 2,
            Seconds = 0.5,
            Clusters = 10,
            Steps = 9,
            WarmUp = 2,
            PeakSize = 64,
            LooksLater = looksLater,
            ScaleLoss = scaleLoss,
        };
        var result = StepBenchmark.Run(_run.Config("common.bf16=false"), options, TestContext.Current.CancellationToken);
        Assert.True(result.BestStepSeconds > 0 && result.BestStepSeconds <= result.MedianStepSeconds);
        Assert.True(result.FlopPerStep > 0);
        foreach (var part in (string[])["zero gradients", "front end", "layers", "loss", "front end backward", "norm and Adam"])
            Assert.True(result.PartMilliseconds[part] >= 0, part);
    }

    public void Dispose() => _run.Dispose();
}
