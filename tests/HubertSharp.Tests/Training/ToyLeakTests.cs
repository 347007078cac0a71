using HubertSharp.Distributed;
using HubertSharp.Training;
using TorchSharp;

namespace HubertSharp.Tests.Training;

[Collection("alone")]
public sealed class ToyLeakTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_run_of_two_parts_leaves_no_tensors_behind(bool looksLater)
    {
        using var folder = new TemporaryFolder();
        Train(folder, "first", looksLater); // constants are made once
        GC.Collect(); // what tests before this one left to the finalizers
        GC.WaitForPendingFinalizers();
        var before = torch.Tensor.TotalCount;
        Train(folder, "second", looksLater);
        Assert.Equal(before, torch.Tensor.TotalCount);
    }

    private static void Train(TemporaryFolder folder, string name, bool looksLater)
    {
        var config = ToyTask.Config(folder);
        using var run = TrainingRun.Open(config, folder.At(name), new TrainingOptions { LooksLater = looksLater }, Replicas.Alone);
        using var task = new ToyTask(config.Value);
        TrainingLoop.Run(run, task, CancellationToken.None);
    }
}
