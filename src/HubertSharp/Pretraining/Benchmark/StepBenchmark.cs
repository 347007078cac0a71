using System.Diagnostics;
using HubertSharp.Models;
using HubertSharp.Runs.Configuration;
using HubertSharp.Tensors;
using HubertSharp.Training;
using HubertSharp.Training.Updates;
using static TorchSharp.torch;

namespace HubertSharp.Pretraining.Benchmark;

/// <summary>
/// The training step of a configuration, timed: forward, backward, gradient norm, clipping and Adam on made-up audio, as
/// <see cref="Pretrainer"/> does it.
/// </summary>
public static class StepBenchmark
{
    private const int PeakSize = 2048;
    private const int PeakRuns = 8;

    /// <summary>Times a number of steps after some that warm up.</summary>
    /// <param name="resolved">The configuration.</param>
    /// <param name="options">Batch and repetitions.</param>
    /// <param name="cancellation">Between steps.</param>
    /// <exception cref="Runs.UserException">A configuration that cannot run here.</exception>
    public static StepBenchmarkResult Run(ResolvedConfig resolved, StepBenchmarkOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(resolved);
        ArgumentNullException.ThrowIfNull(options);
        var config = resolved.Value;
        TorchRuntime.Initialize(config.Common.NumThreads);
        var (precision, why) = PrecisionChoice.For(config.Common);
        var device = PrecisionChoice.Device(config.Common);
        var peak = MatrixPeak(precision, device);
        var classes = Enumerable.Repeat(options.Clusters + 4, Math.Max(1, config.Task.Labels.Count)).ToArray();
        using var model = new HubertModel(config.Model, config.Task, classes, precision, device);
        using var optimizer = new FairseqAdam(model.Parameters, config.Optimizer);
        model.Initialise((ulong)config.Common.Seed);
        var samples = (int)(options.Seconds * config.Task.SampleRate);
        var batch = MakeUp(model, options.Rows, samples, config.Common.Seed);
        var profile = new StepProfile();
        var seconds = new List<double>();
        var scored = 0L;
        for (var step = 0; step < options.WarmUp + options.Steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (step == options.WarmUp)
                profile = new StepProfile();
            var start = Stopwatch.GetTimestamp();
            using (NewDisposeScope())
            {
                profile.Begin();
                model.Parameters.ZeroGradients();
                profile.End("zero gradients");
                var context = new StepContext(Training: true, UpdateSeed.Derive(config.Common.Seed, UpdateSeed.Purpose.Step, step, 0), ScoreUnmasked: false) { Profile = profile };
                var result = model.Loss(batch, config.Criterion, context);
                profile.End("loss");
                result.Loss.backward();
                profile.End("front end backward");
                scored = result.SampleSize;
                var norm = optimizer.GradientNorm() / scored;
                optimizer.Update(1e-5, FairseqAdam.ClipCoefficient(norm, config.Optimization.ClipNorm) / scored, model.DroppedLayers(context));
                if (device.type == TorchSharp.DeviceType.CUDA)
                    cuda.synchronize();
                profile.End("norm and Adam");
            }
            if (step >= options.WarmUp)
                seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
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
            MatrixPeakFlops = Math.Max(peak, MatrixPeak(precision, device)), // other programs only ever make it lower
            PartMilliseconds = profile.Parts.ToDictionary(part => part.Part, part => part.Milliseconds / options.Steps),
            PeakMemoryMiB = own.PeakWorkingSet64 / (1024.0 * 1024),
        };
    }

    /// <summary>Best rate of square matrix products in the compute type: what the step's share is measured against.</summary>
    private static double MatrixPeak(ComputePrecision precision, Device device)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var type = precision switch { ComputePrecision.BFloat16 => bfloat16, ComputePrecision.Float16 => float16, _ => float32 };
        var (a, b) = (rand(PeakSize, PeakSize, float32, device).to_type(type), rand(PeakSize, PeakSize, float32, device).to_type(type));
        var best = double.PositiveInfinity;
        for (var run = 0; run < PeakRuns; run++)
        {
            var start = Stopwatch.GetTimestamp();
            using var product = Products.Of(a, b);
            if (device.type == TorchSharp.DeviceType.CUDA)
                cuda.synchronize();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return 2.0 * PeakSize * PeakSize * PeakSize / best;
    }

    /// <summary>Noise with labels at random: the time of a step does not depend on what it hears.</summary>
    private static HubertBatch MakeUp(HubertModel model, int rows, int samples, long seed)
    {
        var random = new SeedMixer((ulong)seed);
        var source = new float[rows * samples];
        for (var i = 0; i < source.Length; i++)
            source[i] = (float)(0.2 * (random.NextDouble() - 0.5));
        var labels = (int)(samples * model.Config.LabelRate / model.Task.SampleRate);
        var targets = new List<long[]>();
        foreach (var classes in model.ClassesPerLabelSet)
        {
            var set = new long[rows * labels];
            for (var i = 0; i < set.Length; i++)
                set[i] = 4 + random.NextInt(classes - 4);
            targets.Add(set);
        }
        return new HubertBatch(source, [.. Enumerable.Repeat((long)samples, rows)], targets, mask: null);
    }
}
