using System.Diagnostics;
using HubertSharp.Models;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Tensors;
using HubertSharp.Training;
using HubertSharp.Training.Logging;
using HubertSharp.Training.Updates;
using static TorchSharp.torch;

namespace HubertSharp.Pretraining.Benchmark;

/// <summary>
/// The training step of a configuration, timed on made-up audio: the step and the update rule that <see cref="Pretrainer"/> trains with,
/// which is forward, backward, gradient norm, clipping and Adam.
/// </summary>
internal static class StepBenchmark
{
    private const int PeakRuns = 4; // before the steps, and once more behind them
    private const double LearningRate = 1e-5;

    /// <summary>Times a number of steps after some that warm up.</summary>
    /// <param name="resolved">The configuration.</param>
    /// <param name="options">Batch and repetitions.</param>
    /// <param name="cancellation">Between steps.</param>
    /// <exception cref="Runs.UserException">A configuration that cannot run here.</exception>
    public static StepBenchmarkResult Run(
        ResolvedConfig<HubertConfig> resolved, StepBenchmarkOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(resolved);
        ArgumentNullException.ThrowIfNull(options);
        var config = resolved.Value;
        TorchRuntime.Initialize(config.Common.NumThreads);
        var (precision, why) = PrecisionChoice.For(config.Common);
        var device = PrecisionChoice.Device(config.Common);
        var peak = MatrixPeak(precision, device, options.PeakSize);
        var classes = Enumerable.Repeat(options.Clusters + 4, Math.Max(1, config.Task.Labels.Count)).ToArray();
        using var model = new HubertModel(config.Model, config.Task, classes, precision, device);
        using var part = new TrainedPart(TrainedPart.First, model.Parameters, config.Optimizer, config.LrScheduler);
        model.Initialise((ulong)config.Common.Seed);
        var trained = new PretrainingStep(model, config.Criterion, config.Common.Seed);
        using var log = new TrainingLog(metrics: null, tensorboardFolder: null, new MetricAverages(), new MetricAverages(),
            averages => averages.Mean("loss"), []);
        using var rule = UpdateRule.For(part, Guard(part, config, options), log, config.Optimization, options.LooksLater);
        var samples = (int)(options.Seconds * config.Task.SampleRate);
        var batch = MakeUp(model, options.Rows, samples, config.Common.Seed);
        var profile = new StepProfile();
        var seconds = new List<double>();
        var scored = 0L;
        for (var update = 1; update <= options.WarmUp + options.Steps; update++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (update == options.WarmUp + 1)
                profile = new StepProfile();
            var masked = batch with { Batch = BatchFrames.DrawMasks(model, batch.Batch, trained.Seed(update, 0)) }; // as loader threads do
            var start = Stopwatch.GetTimestamp();
            profile.Begin();
            part.Parameters.ZeroGradients();
            profile.End("zero gradients");
            var scores = trained.Compute([masked], update, logs: false, rule.Guard.LossScale, profile);
            rule.Apply(new PendingUpdate(update, scores, LearningRate, Blame, start));
            if (device.type == TorchSharp.DeviceType.CUDA)
                cuda.synchronize();
            profile.End("norm and Adam");
            scored = scores.SampleSize;
            if (update > options.WarmUp)
                seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        rule.Settle();
        seconds.Sort();
        using var own = Process.GetCurrentProcess();
        return new StepBenchmarkResult
        {
            Precision = precision.ToString(),
            PrecisionReason = why,
            Device = device.ToString(),
            Threads = get_num_threads(),
            Parameters = model.Parameters.Count,
            AudioSecondsPerStep = options.Rows * options.Seconds,
            BestStepSeconds = seconds[0],
            MedianStepSeconds = seconds[seconds.Count / 2],
            FlopPerStep = StepFlops.Of(config.Model, options.Rows, samples, scored, classes.Sum()),
            MatrixPeakFlops = Math.Max(peak, MatrixPeak(precision, device, options.PeakSize)), // other programs only ever make it lower
            PartMilliseconds = profile.Parts.ToDictionary(part => part.Part, part => part.Milliseconds / options.Steps),
            PeakMemoryMiB = own.PeakWorkingSet64 / (1024.0 * 1024),
        };
    }

    /// <summary>Best rate of square matrix products in the compute type: what the step's share is measured against.</summary>
    private static double MatrixPeak(ComputePrecision precision, Device device, int size)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var type = precision switch { ComputePrecision.BFloat16 => bfloat16, ComputePrecision.Float16 => float16, _ => float32 };
        var (a, b) = (rand(size, size, float32, device).to_type(type), rand(size, size, float32, device).to_type(type));
        var best = double.PositiveInfinity;
        for (var run = 0; run < PeakRuns; run++)
        {
            var start = Stopwatch.GetTimestamp();
            using var product = Products.Of(a, b);
            if (device.type == TorchSharp.DeviceType.CUDA)
                cuda.synchronize();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return 2.0 * size * size * size / best;
    }

    private static BlamedRows Blame() => throw TrainingFaults.NotFinite(1, 1, "in made-up audio");

    private static NumericalGuard Guard(TrainedPart part, HubertConfig config, StepBenchmarkOptions options)
    {
        var scaler = part.Parameters.Precision == ComputePrecision.Float16 || options.ScaleLoss
            ? new LossScaler(config.Common, config.Optimization.UpdateFreq)
            : null;
        return new NumericalGuard(part, maxInARow: 1, scaler, RunProgress.Begin(), new BadBatchStore(Path.GetTempPath()), notice: _ => { });
    }

    /// <summary>Noise with labels at random: the time of a step does not depend on what it hears.</summary>
    private static PretrainingBatch MakeUp(HubertModel model, int rows, int samples, long seed)
    {
        var random = new SeededRandom((ulong)seed);
        var source = new float[rows * samples];
        for (var i = 0; i < source.Length; i++)
            source[i] = (float)(0.2 * (random.NextDouble() - 0.5));
        var labels = (int)(samples * model.Config.LabelRate / model.Task.SampleRate);
        var targets = new List<long[]>();
        foreach (var classes in model.ClassesPerLabelSet)
        {
            var set = new long[rows * labels];
            for (var i = 0; i < set.Length; i++)
                set[i] = 4 + random.Below(classes - 4);
            targets.Add(set);
        }
        var audio = new HubertBatch(source, [.. Enumerable.Repeat((long)samples, rows)], targets, mask: null);
        return new PretrainingBatch(audio, new int[rows], new long[rows], new string?[rows]);
    }
}
