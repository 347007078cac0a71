using HubertSharp.Distributed.Sums;
using HubertSharp.Models;
using HubertSharp.Models.Frames;
using HubertSharp.Pretraining.Benchmark;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;

namespace HubertSharp.Pretraining.Plan;

/// <summary>
/// What a training would take on other machines: an update is its micro-batches, computed one after the other, and a reduction of the
/// gradients in a ring (2 (R - 1) / R times their bytes through the narrowest link) with the latency of a tree for each bucket, there and
/// back, and of one for each of the small exchanges beside it.
/// </summary>
internal sealed record RunPlan
{
    private const int BytesPerSample = 2;
    private const int SmallExchanges = 3; // scores, weights' checksums and the times of a log line

    private static readonly int[] s_gpus = [4, 32, 256];
    private static readonly double[] s_links = [25, 100, 200, 400];

    public required long Parameters { get; init; }

    public required MicroBatchShape MicroBatch { get; init; }

    public required double FlopPerMicroBatch { get; init; }

    /// <summary>Of a gradient on the wire.</summary>
    public required int WireBits { get; init; }

    /// <summary>Bytes of a reduction.</summary>
    public required double GradientBytes { get; init; }

    public required DeviceMemory Memory { get; init; }

    public required int MaxUpdate { get; init; }

    /// <summary>What was asked for.</summary>
    public required PlanPoint Asked { get; init; }

    /// <summary>Other numbers of devices on other links.</summary>
    public required IReadOnlyList<PlanPoint> Others { get; init; }

    /// <exception cref="UserException">A configuration that does not say what a batch is.</exception>
    public static RunPlan Of(HubertConfig config, PlanOptions options)
    {
        int[] classes = [.. Enumerable.Repeat(options.Clusters + 4, Math.Max(1, config.Task.Labels.Count))];
        var parameters = HubertParameters.Of(config.Model, classes).Sum(p => p.Count);
        var shape = MicroBatchShape.Of(config, options.UtteranceSeconds);
        var frames = new FrameAlignment(config.Model, Math.Max(1, config.Model.LabelRate), SamplingRate.Hz).Frames(shape.Samples);
        if (frames == 0)
            throw PretrainingFaults.NoFrame(options.UtteranceSeconds);
        var bits = options.WireBits ?? (config.DistributedTraining.DdpCommHook == "none" ? 32 : 16);
        var plan = new RunPlan
        {
            Parameters = parameters,
            MicroBatch = shape,
            FlopPerMicroBatch = StepFlops.Of(
                config.Model, shape.Rows, shape.Samples, (long)(shape.ScoredShare * shape.Rows * frames), classes.Sum()),
            WireBits = bits,
            GradientBytes = parameters * bits / 8.0,
            Memory = DeviceMemory.Of(
                config, parameters, shape, classes.Sum(), GradientCopies(config, options, options.Nodes * options.Gpus)),
            MaxUpdate = config.Optimization.MaxUpdate,
            Asked = null!,
            Others = [],
        };
        return plan with
        {
            Asked = plan.Point(config, options, options.Nodes * options.Gpus, options.LinkGbits),
            Others =
            [
                .. s_gpus.SelectMany(gpus => (gpus <= options.Gpus ? [options.LocalGbits] : s_links)
                    .Select(link => plan.Point(config, options, gpus, link))),
            ],
        };
    }

    private static int MicroBatchesEach(HubertConfig config, PlanOptions options, int gpus) =>
        options.MicroBatches is { } all ? (all + gpus - 1) / gpus : config.Optimization.UpdateFreq is [.., var last] ? last : 1;

    // what is computed, and in a fixed order what waits to be added to it: sums, or slices of those of all
    private static double GradientCopies(HubertConfig config, PlanOptions options, int gpus)
    {
        var each = MicroBatchesEach(config, options, gpus);
        return !config.DistributedTraining.Reproducible ? 1
            : MicroBatchTree.HasBranches(gpus) ? 1 + MicroBatchTree.Waiting(each)
            : 2 + ((double)MicroBatchTree.Waiting(each * gpus) / gpus);
    }

    private PlanPoint Point(HubertConfig config, PlanOptions options, int gpus, double link)
    {
        var nodes = (gpus + options.Gpus - 1) / options.Gpus;
        var each = MicroBatchesEach(config, options, gpus);
        var one = options.StepSeconds ?? (FlopPerMicroBatch / (options.PeakTflops * 1e12 * options.Achieved));
        var narrowest = nodes == 1 ? options.LocalGbits : Math.Min(link, options.LocalGbits);
        var carries = Math.Min(narrowest * options.LinkShare, options.ProcessGbits ?? double.PositiveInfinity);
        // one sum, in a ring or by pairs; or each micro-batch to whoever sums its part, then the sums to all
        var times = config.DistributedTraining.Reproducible && !MicroBatchTree.HasBranches(gpus) ? each + 1 : 2;
        var bytes = GradientBytes * times * (gpus - 1) / gpus;
        var buckets = Math.Ceiling(Parameters * sizeof(float) / (Math.Max(1, config.DistributedTraining.BucketCapMb) * 1024.0 * 1024));
        var tree = Math.Ceiling(Math.Log2(gpus)) * options.LatencyMicroseconds * 1e-6;
        // MPI asks before it sends what is long, which takes about one way more a call; in 16 bits a bucket takes two calls, not one
        var asking = gpus == 1 ? 0 : (WireBits == 32 ? 1 : 2) * options.LatencyMicroseconds * 1e-6;
        var sum = (2 * tree) + asking;
        var reduce = (bytes * 8 / (carries * 1e9)) + (buckets * sum);
        // two thirds of a step are its backward pass; after it comes one sum more, of front end and heads
        var wait = Math.Max(0, reduce - (options.Overlap * one * 2 / 3)) + (SmallExchanges * tree) + (options.Overlap > 0 ? sum : 0);
        var update = (each * one) + wait;
        var micro = options.MicroBatches ?? each * gpus;
        var audio = MicroBatch.AudioSeconds * micro;
        double? hours = config.Optimization.MaxUpdate > 0 ? config.Optimization.MaxUpdate * update / 3600 : null;
        return new PlanPoint
        {
            Gpus = gpus,
            Nodes = nodes,
            LinkGbits = nodes == 1 ? options.LocalGbits : link,
            MicroBatchesEach = each,
            ComputeSeconds = each * one,
            BusySeconds = one * micro / gpus,
            ReduceSeconds = reduce,
            WaitSeconds = wait,
            AudioSecondsPerUpdate = audio,
            Hours = hours,
            Cost = hours * gpus * options.Price,
            DiskMegabytesPerSecond = audio / nodes / update * SamplingRate.Hz * BytesPerSample / 1e6,
        };
    }
}
