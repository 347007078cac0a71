using System.Diagnostics;
using HubertSharp.Distributed;
using HubertSharp.Runs;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Configuration.Tokenizers;
using HubertSharp.SpeechTokenizer.Discriminators;
using HubertSharp.SpeechTokenizer.Training;
using HubertSharp.Tensors;
using HubertSharp.Training;
using HubertSharp.Training.Logging;
using HubertSharp.Training.Updates;
using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer.Benchmark;

/// <summary>
/// A configuration's training step, timed on made-up audio: both sides' forward and backward passes, gradient norms and Adam, and the
/// codebooks, as <see cref="TokenizerTask"/> has them; and encoding and decoding of a clip by a tokenizer of that size.
/// </summary>
internal static class TokenizerBenchmark
{
    private const double LearningRate = 1e-5;
    private const int WidthWithoutTeacher = 768;

    /// <param name="resolved">The configuration.</param>
    /// <param name="options">Batch and repetitions.</param>
    /// <param name="cancellation">Between steps.</param>
    public static TokenizerBenchmarkResult Run(
        ResolvedConfig<TokenizerTrainingConfig> resolved, TokenizerBenchmarkOptions options, CancellationToken cancellation)
    {
        var config = resolved.Value;
        TorchRuntime.Initialize(config.Common.NumThreads);
        var device = PrecisionChoice.Device(config.Common);
        var network = TokenizerTrainer.Network(config, WidthWithoutTeacher);
        var hop = network.Hop;
        var (rows, seconds) = (options.Rows ?? config.Dataset.BatchSize ?? 1,
            options.Seconds ?? ((double)config.Task.SegmentSize / network.SampleRate));
        var samples = Math.Max(1, (int)(seconds * network.SampleRate) / hop) * hop;
        var result = new TokenizerBenchmarkResult
        {
            Device = device.ToString(),
            Threads = get_num_threads(),
            Parameters = 0,
            AudioSecondsPerStep = (double)rows * samples / network.SampleRate,
            PeakMemoryMiB = 0,
        };
        var (precision, _) = TokenizerTrainer.Precision(config.Common);
        using var model = new LearntTokenizer(network, TokenizerTask.RulesOf(config), device, precision);
        Weights.DrawnParameters.Set(model.Parameters, (ulong)config.Common.Seed, keepsVariance: true);
        if (options.Steps > 0)
            result = Train(config, model, MakeUp(network, rows, samples, config.Common.Seed), options, result, cancellation);
        if (options.Rounds > 0)
            result = Code(model, (int)(options.ClipSeconds * network.SampleRate), options.Rounds, result, cancellation);
        using var own = Process.GetCurrentProcess();
        return result with
        {
            Parameters = model.Parameters.Count + result.Parameters,
            PeakMemoryMiB = own.PeakWorkingSet64 / (1024.0 * 1024),
        };
    }

    private static TokenizerBenchmarkResult Train(TokenizerTrainingConfig config, LearntTokenizer model, TokenizerBatch batch,
        TokenizerBenchmarkOptions options, TokenizerBenchmarkResult result, CancellationToken cancellation)
    {
        var device = model.Parameters.Masters.device;
        using var criterion = new GeneratorCriterion(config.Criterion, config.Task.SampleRate, device);
        using var set = new DiscriminatorSet(TokenizerTask.SizesOf(config.Model), device, model.Parameters.Precision);
        set.Draw((ulong)config.Common.Seed);
        using var step = new TokenizerStep(model, criterion,
            set.Count > 0 ? new Adversaries(set, config.Task.IsReleased()) : null, Replicas.Alone);
        using var log = new TrainingLog(metrics: null, tensorboardFolder: null, new MetricAverages(), new MetricAverages(),
            averages => averages.Mean("mel_error"), []);
        using var generator = new TrainedPart(TrainedPart.First, model.Parameters, config.Optimizer, config.LrScheduler);
        using var discriminators = new TrainedPart(TokenizerTask.Discriminators, set.Parameters, config.Optimizer, config.LrScheduler);
        UpdateRule Rule(TrainedPart part) => UpdateRule.For(part,
            new NumericalGuard(part, maxInARow: 1, scaler: null, RunProgress.Begin(), new BadBatchStore(Path.GetTempPath()),
                notice: _ => { }),
            log, config.Optimization, looksLater: false);
        using var ofGenerator = Rule(generator);
        using var ofDiscriminators = Rule(discriminators);
        var (profile, walls, works) = (new StepProfile(), new List<double>(), new List<double>());
        for (var update = 1; update <= options.WarmUp + options.Steps; update++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (update == options.WarmUp + 1)
                profile = new StepProfile();
            var (start, worked) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            profile.Begin();
            if (set.Count > 0)
            {
                set.Parameters.ZeroGradients();
                var scores = step.Discriminate([batch], 1, profile);
                ofDiscriminators.Apply(new PendingUpdate(update, scores, LearningRate, Blame, start));
                profile.End("discriminators' norm and Adam");
            }
            model.Parameters.ZeroGradients();
            ofGenerator.Apply(new PendingUpdate(update, step.Generate([batch], 1, profile), LearningRate, Blame, start));
            profile.End("norm and Adam");
            model.Quantizer.Follow(update, micros: 1, Replicas.Alone);
            profile.End("codebooks");
            if (update > options.WarmUp)
            {
                walls.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
                works.Add((Environment.CpuUsage.TotalTime - worked).TotalSeconds);
            }
        }
        return result with
        {
            Parameters = set.Parameters.Count,
            BestStepSeconds = walls.Min(),
            MedianStepSeconds = Median(walls),
            CpuStepSeconds = Median(works),
            PartMilliseconds = profile.Parts.ToDictionary(part => part.Part, part => part.Milliseconds / options.Steps),
        };
    }

    private static TokenizerBenchmarkResult Code(
        LearntTokenizer learnt, int samples, int rounds, TokenizerBenchmarkResult result, CancellationToken cancellation)
    {
        using var model = Frozen(learnt).Build(learnt.Parameters.Masters.device);
        using var clip = DeviceCopy.Of(Noise(samples, 1), [1, 1, samples], model.Device);
        var seconds = (double)samples / model.Config.SampleRate;
        var (encode, decode, encodeWork, decodeWork) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round <= rounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (start, worked) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            using var codes = model.Encode(clip);
            var (between, workedBetween) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            model.Decode(codes).Dispose();
            if (round == 0)
                continue;
            encode.Add(Stopwatch.GetElapsedTime(start, between).TotalSeconds / seconds);
            decode.Add(Stopwatch.GetElapsedTime(between).TotalSeconds / seconds);
            encodeWork.Add((workedBetween - worked).TotalSeconds / seconds);
            decodeWork.Add((Environment.CpuUsage.TotalTime - workedBetween).TotalSeconds / seconds);
        }
        return result with
        {
            EncodeRealTimeFactor = Median(encode),
            DecodeRealTimeFactor = Median(decode),
            EncodeCpuFactor = Median(encodeWork),
            DecodeCpuFactor = Median(decodeWork),
        };
    }

    /// <summary>The weights as a file has them, with codebooks at random.</summary>
    private static PortableTokenizer Frozen(LearntTokenizer model)
    {
        var random = new SeededRandom(2);
        var tensors = model.Parameters.Infos.Select(info => (info.Name, info.Shape, Values: model.Parameters.Values(info)))
            .Concat(model.Quantizer.Buffers.Select(buffer => (Name: buffer.Key, Shape: (IReadOnlyList<long>)buffer.Value.shape,
                Values: Enumerable.Range(0, (int)buffer.Value.numel()).Select(_ => (float)random.NextNormal()).ToArray())));
        return new PortableTokenizer("made up", model.Config, tensors.ToDictionary(tensor => tensor.Name,
            tensor => SafetensorsTensor.Create(tensor.Name, tensor.Shape, tensor.Values), StringComparer.Ordinal));
    }

    private static TokenizerBatch MakeUp(TokenizerConfig network, int rows, int samples, long seed)
    {
        var frames = samples / network.Hop;
        return new TokenizerBatch(Noise(rows * samples, (ulong)seed), [.. Enumerable.Repeat((long)samples, rows)], new int[rows])
        {
            Teacher = Noise(rows * frames * network.SemanticDimension, (ulong)seed + 1),
            TeacherFrames = frames,
            Filled = [.. Enumerable.Repeat(true, rows * frames)],
        };
    }

    private static float[] Noise(int count, ulong seed)
    {
        var random = new SeededRandom(seed);
        var values = new float[count];
        for (var i = 0; i < count; i++)
            values[i] = (float)(0.1 * random.NextNormal());
        return values;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static BlamedRows Blame() => throw TrainingFaults.NotFinite(1, 1, "in made-up audio");
}
