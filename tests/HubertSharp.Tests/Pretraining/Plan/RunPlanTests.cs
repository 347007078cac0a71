using HubertSharp.Pretraining.Plan;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;

namespace HubertSharp.Tests.Pretraining.Plan;

public class RunPlanTests
{
    private static HubertConfig Base(params string[] overrides) =>
        ConfigLoader.Load("hubert_base_librispeech", overrides, allowMissing: true).Value;

    /// <summary>9.5 hours for 100,000 updates on 32 V100 (HuBERT, section IV-C), from which the share of the peak was taken.</summary>
    [Fact]
    public void The_published_run_takes_about_its_published_hours()
    {
        var plan = RunPlan.Of(Base(), new PlanOptions { Nodes = 4, Gpus = 8, LinkGbits = 100 });
        Assert.InRange(plan.Asked.Hours!.Value / 4, 0.75 * 9.5, 1.25 * 9.5);
        Assert.InRange(plan.Parameters, 94_000_000, 96_000_000);
        Assert.Equal((7, 196_800), (plan.MicroBatch.Rows, plan.MicroBatch.Samples));
    }

    [Fact]
    public void One_process_sends_nothing_and_a_ring_sends_its_share()
    {
        var options = new PlanOptions
        {
            Gpus = 1,
            StepSeconds = 2,
            LinkShare = 1,
            LatencyMicroseconds = 0,
            LinkGbits = 1,
            LocalGbits = 1e4,
        };
        var alone = RunPlan.Of(Base(), options).Asked;
        Assert.Equal((2.0, 0.0, 1.0), (alone.UpdateSeconds, alone.ReduceSeconds, alone.Efficiency));
        var plan = RunPlan.Of(Base(), options with { Nodes = 4 });
        var seconds = 2.0 * 3 / 4 * plan.Parameters * 4 * 8 / 1e9;
        Assert.Equal(seconds, plan.Asked.ReduceSeconds, 1e-9);
        Assert.Equal(2 / (2 + seconds), plan.Asked.Efficiency, 1e-9);
        Assert.Equal(seconds / 2, RunPlan.Of(Base(), options with { Nodes = 4, WireBits = 16 }).Asked.ReduceSeconds, 1e-9);
        foreach (var hook in (string[])["fp16", "bf16"])
        {
            var half = RunPlan.Of(Base($"distributed_training.ddp_comm_hook={hook}"), options with { Nodes = 4 });
            Assert.Equal((16, plan.GradientBytes / 2), (half.WireBits, half.GradientBytes));
        }
        Assert.Equal(seconds - (2 * 2 / 3.0), RunPlan.Of(Base(), options with { Nodes = 4, Overlap = 1 }).Asked.WaitSeconds, 1e-9);
        Assert.Equal(seconds * 4, RunPlan.Of(Base(), options with { Nodes = 4, ProcessGbits = 0.25 }).Asked.ReduceSeconds, 1e-9);
        // in a fixed order pairs meet; where there are none, a gradient travels for each of the four micro-batches, and the sum once
        HubertConfig ordered = Base("distributed_training.reproducible=true", "optimization.update_freq=[4]");
        Assert.Equal(seconds, RunPlan.Of(ordered, options with { Nodes = 4 }).Asked.ReduceSeconds, 1e-9);
        Assert.Equal(RunPlan.Of(Base(), options with { Nodes = 3 }).Asked.ReduceSeconds / 2 * 5,
            RunPlan.Of(ordered, options with { Nodes = 3 }).Asked.ReduceSeconds, 1e-9);
    }

    [Fact]
    public void Each_exchange_waits_for_the_tree()
    {
        PlanPoint Point(double latency, double overlap = 0) =>
            RunPlan.Of(Base(),
                new PlanOptions { Nodes = 4, Gpus = 8, StepSeconds = 10, LatencyMicroseconds = latency, Overlap = overlap }).Asked;
        var (near, far) = (Point(0), Point(1000));
        var (tree, sum) = (5 * 0.001, (2 * 5 * 0.001) + 0.001);
        var buckets = Math.Round((far.ReduceSeconds - near.ReduceSeconds) / sum, 6);
        Assert.Equal(15, buckets); // of 25 MiB
        Assert.Equal((buckets * sum) + (3 * tree), far.UpdateSeconds - near.UpdateSeconds, 1e-9);
        Assert.Equal((3 * tree) + sum, Point(1000, 1).WaitSeconds, 1e-9); // what is left after the pass is hidden by nothing
    }

    [Fact]
    public void An_update_that_stays_as_it_is_is_divided()
    {
        var options = new PlanOptions { Gpus = 8, StepSeconds = 1, MicroBatches = 32, Price = 2 };
        var points = RunPlan.Of(Base("optimization.max_update=3600"), options).Others;
        Assert.Equal([4, 32, 32, 32, 32, 256, 256, 256, 256], points.Select(p => p.Gpus));
        Assert.Equal([8, 1, 1], points.Where(p => p.LinkGbits is 400).Select(p => p.MicroBatchesEach));
        Assert.Equal(points[0].AudioSecondsPerUpdate, points[1].AudioSecondsPerUpdate);
        Assert.All(points, p => Assert.Equal(p.UpdateSeconds * p.Gpus * 2, p.Cost!.Value, 1e-6));
        Assert.True(points[1].Efficiency < points[2].Efficiency); // a wider link
    }

    [Fact]
    public void Micro_batches_that_do_not_divide_leave_devices_idle_and_are_heard_once()
    {
        var options = new PlanOptions { Nodes = 4, Gpus = 8, StepSeconds = 1, LocalGbits = 1e5, LinkGbits = 1e5, LatencyMicroseconds = 0 };
        var whole = RunPlan.Of(Base(), options with { MicroBatches = 32 });
        var few = RunPlan.Of(Base(), options with { MicroBatches = 3 });
        Assert.Equal(3 * few.MicroBatch.AudioSeconds, few.Asked.AudioSecondsPerUpdate, 6);
        Assert.Equal(whole.Asked.UpdateSeconds, few.Asked.UpdateSeconds, 6);
        Assert.Equal(3 / 32.0, few.Asked.Efficiency / whole.Asked.Efficiency, 6);
        Assert.Equal(whole.Asked.AudioSecondsPerUpdate, whole.Others[^1].AudioSecondsPerUpdate); // of 256 devices, too
    }

    [Fact]
    public void Memory_counts_each_number_of_a_parameter()
    {
        var (full, half) = (RunPlan.Of(Base("common.fp16=false"), new()).Memory, RunPlan.Of(Base(), new()).Memory);
        var parameters = RunPlan.Of(Base(), new()).Parameters;
        Assert.Equal(parameters * 16.0, full.Weights + full.Gradients + full.Optimizer);
        Assert.Equal(parameters * 18.0, half.Weights + half.Gradients + half.Optimizer);
        Assert.InRange(half.Activations / full.Activations, 0.5, 0.55);
        Assert.True(RunPlan.Of(Base("model.checkpoint_activations=true"), new()).Memory.Activations < half.Activations);
    }

    [Fact]
    public void A_batch_that_nobody_can_tell_is_refused()
    {
        Assert.Contains("dataset.max_tokens or dataset.batch_size",
            Assert.Throws<UserException>(() => RunPlan.Of(Base("dataset.max_tokens=null"), new())).Message);
        Assert.Contains("does not fit into a batch",
            Assert.Throws<UserException>(() => RunPlan.Of(Base("dataset.max_tokens=1000"), new())).Message);
    }
}
