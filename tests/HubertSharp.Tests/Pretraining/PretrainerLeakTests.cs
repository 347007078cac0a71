using HubertSharp.Pretraining;
using HubertSharp.Training;
using TorchSharp;

namespace HubertSharp.Tests.Pretraining;

[Collection("alone")]
public class PretrainerLeakTests
{
    [Fact]
    public void Training_keeps_no_tensors()
    {
        using var run = new TinyRun();
        var counts = new List<long>();
        run.Train(new PretrainingOptions { Progress = new Count(counts) }, "optimization.max_update=30");
        Assert.Equal(30, counts.Count);
        Assert.InRange(counts[^1], 0, counts[10]); // fewer where tensors of earlier tests are finalized meanwhile
    }

    private sealed class Count(List<long> counts) : IProgress<TrainingStatus>
    {
        public void Report(TrainingStatus value) => counts.Add(torch.Tensor.TotalCount);
    }
}
