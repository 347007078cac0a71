using HubertSharp.Pretraining;

namespace HubertSharp.Tests.Pretraining;

[Collection("alone")]
public class MemoryTests
{
    private const int First = 200;
    private const int Last = 2000;

    [Fact]
    public void Two_thousand_updates_need_no_more_memory_than_two_hundred()
    {
        using var run = new TinyRun();
        var resident = new Dictionary<long, double>();
        var notices = new List<string>();
        using var quick = TorchRuntime.SingleThreaded(); // steps of a millisecond are too short to share out
        var summary = run.Train(new PretrainingOptions { Progress = new Watch(resident), Notice = notices.Add },
            $"optimization.max_update={Last}", "common.log_interval=50", "dataset.disable_validation=true", "checkpoint.save_interval_updates=400",
            "checkpoint.keep_interval_updates=1", "task.max_sample_size=3000", "task.min_sample_size=3000", "dataset.max_tokens=3000", "model.encoder_layers=1", "model.mask_length=2", "optimization.lr=[0.0001]");

        Assert.True(summary.Finished);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", resident.Select(r => $"{r.Key}: {r.Value:F1} MiB")));
        Assert.InRange(resident[Last] - resident[First], -1000, 12);
        Assert.InRange(resident[Last] - resident[Last / 2], -1000, 5);
        Assert.Contains(notices, n => n.Contains($"{summary.PeakResidentMib:N0} MiB of memory"));
    }

    private sealed class Watch(Dictionary<long, double> resident) : IProgress<PretrainingStatus>
    {
        public void Report(PretrainingStatus value)
        {
            if (value.Update % First != 0)
                return;
            // what nobody needs any more is no growth
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            resident[value.Update] = Environment.WorkingSet / 1048576.0;
        }
    }
}
