using System.Diagnostics;
using System.Text.Json;
using HubertSharp.Audio;
using HubertSharp.Cli.Output;
using HubertSharp.Features.Hubert;
using HubertSharp.Interop;
using HubertSharp.Interop.Native;
using HubertSharp.Interop.Onnx;
using HubertSharp.Models;
using HubertSharp.Onnx;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Files;
using HubertSharp.Tensors;

namespace HubertSharp.Cli.Benchmarks;

/// <summary>What <see cref="ExtractBenchmark"/> measures.</summary>
/// <param name="Model">A path, or null for Base with random weights.</param>
/// <param name="Minutes">Of audio.</param>
/// <param name="ClipSeconds">Length of each clip.</param>
/// <param name="Layer">Null for the last.</param>
/// <param name="Threads">0 takes all cores.</param>
/// <param name="Rounds">How often each path is measured; they take turns, so that a machine that slows down does so for all.</param>
internal sealed record ExtractBenchmarkOptions(string? Model, double Minutes, double ClipSeconds, int? Layer, int Threads, int Rounds);

/// <summary>One path's figures.</summary>
/// <param name="Path">Which one.</param>
/// <param name="Layer">Layer extracted.</param>
/// <param name="Parameters">Of the model.</param>
/// <param name="AudioSeconds">Audio in all.</param>
/// <param name="ClipSeconds">Length of each clip.</param>
/// <param name="Threads">Threads used.</param>
/// <param name="Seconds">Time for all clips, without loading, in the best round.</param>
/// <param name="WorstSeconds">In the worst.</param>
/// <param name="PeakMemoryMiB">Largest memory of the process, weights included.</param>
/// <param name="RelativeError">Against libtorch in float32, on one clip.</param>
internal sealed record ExtractBenchmarkResult(
    string Path, int Layer, long Parameters, double AudioSeconds, double ClipSeconds, int Threads, double Seconds, double WorstSeconds,
    double PeakMemoryMiB, double RelativeError)
{
    public double TimesRealTime => AudioSeconds / Seconds;

    public double RealTimeFactor => Seconds / AudioSeconds;
}

/// <summary>
/// Extracts a layer from made-up clips, each core a clip. Each path is measured in a process of its own that loads what extraction needs
/// and nothing else, so that its memory is its own; the numbers are compared beforehand.
/// </summary>
internal static class ExtractBenchmark
{
    public static IReadOnlyList<string> Paths { get; } = ["libtorch", "libtorch-bf16", "onnx", "onnx-int8"];

    /// <exception cref="UserException">The model cannot be read, has no such layer, or a length that makes no sense.</exception>
    public static List<ExtractBenchmarkResult> Run(
        IReadOnlyList<string> paths, ExtractBenchmarkOptions options, CancellationToken cancellation)
    {
        Check(options);
        using var work = WorkFolder.Temporary("bench");
        var folder = work.FullName;
        var portable = options.Model is null ? RandomBase() : ModelReader.Read(options.Model);
        var layer = Existing(options.Layer ?? portable.Description.Model.EncoderLayers, portable, options.Model ?? "HuBERT Base");
        var parameters = portable.Weights.Values.Sum(w => w.Count);
        List<string> all = [.. paths.Prepend(Paths[0]).Distinct()]; // float32 by libtorch is what the others are compared with
        var models = all.ToDictionary(path => path, path => Write(folder, path, portable, layer));
        portable = null;
        var clip = Clip(options);
        var features = all.ConvertAll(path =>
        {
            using var extractor = Open(path, models[path], layer);
            return extractor.Extract(clip);
        });
        var errors = all.Zip(features)
            .ToDictionary(pair => pair.First, pair => OutputDifference.Of(pair.First, features[0], pair.Second).RelativeError);
        var rounds = Enumerable.Range(0, options.Rounds)
            .SelectMany(_ => paths.Select(path => RunApart(path, models[path], layer, options, cancellation)))
            .ToLookup(result => result.Path);
        return [.. paths.Select(path => rounds[path].MinBy(result => result.Seconds)! with
        {
            WorstSeconds = rounds[path].Max(result => result.Seconds),
            PeakMemoryMiB = rounds[path].Max(result => result.PeakMemoryMiB),
            Parameters = parameters,
            RelativeError = errors[path],
        })];
    }

    /// <summary>Measures one path in this process.</summary>
    /// <param name="path">Which one.</param>
    /// <param name="options">With the model in the path's own form, and the layer.</param>
    public static ExtractBenchmarkResult RunHere(string path, ExtractBenchmarkOptions options, CancellationToken cancellation)
    {
        Check(options);
        if (options.Model is not { } model || options.Layer is not { } layer)
            throw UserException.Create("--here measures one given model and layer", next: "give --model and --layer");
        var clip = Clip(options);
        var clips = Math.Max(1, (int)Math.Round(options.Minutes * 60 / options.ClipSeconds));
        var threads = Math.Min(options.Threads > 0 ? options.Threads : Environment.ProcessorCount, clips);
        using var extractor = Open(path, model, layer);
        extractor.Extract(clip); // compiles, and takes its buffers
        var next = -1;
        var clock = Stopwatch.StartNew();
        var workers = Enumerable.Range(0, threads).Select(_ => new Thread(() =>
        {
            using var alone = extractor.BeginThread();
            while (Interlocked.Increment(ref next) < clips && !cancellation.IsCancellationRequested)
                extractor.Extract(clip);
        })).ToList();
        workers.ForEach(worker => worker.Start());
        workers.ForEach(worker => worker.Join());
        cancellation.ThrowIfCancellationRequested();
        var seconds = clock.Elapsed.TotalSeconds;
        using var own = Process.GetCurrentProcess();
        return new ExtractBenchmarkResult(path, layer, 0, clips * options.ClipSeconds, options.ClipSeconds, threads, seconds, seconds,
            own.PeakWorkingSet64 / 1048576.0, 0);
    }

    private static ExtractBenchmarkResult RunApart(
        string path, string model, int layer, ExtractBenchmarkOptions options, CancellationToken cancellation)
    {
        string[] arguments =
        [
            typeof(ExtractBenchmark).Assembly.Location, "bench", "extract", "--here", "--json", "--path", path, "--model", model,
            "--layer", $"{layer}",
            "--minutes", $"{options.Minutes:R}", "--clip-seconds", $"{options.ClipSeconds:R}", "--threads", $"{options.Threads}",
        ];
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        using var stop = cancellation.Register(process.Kill);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        cancellation.ThrowIfCancellationRequested();
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<List<ExtractBenchmarkResult>>(output, JsonOutput.Options)![0]
            : throw UserException.Create($"the measurement of {path} failed", found: errors.Result.Trim());
    }

    private static void Check(ExtractBenchmarkOptions options)
    {
        BenchFaults.Check("--rounds", options.Rounds, 1, 100);
        BenchFaults.Check("--minutes", options.Minutes, 0.01, 600);
        BenchFaults.Check("--clip-seconds", options.ClipSeconds, 0.5, 600, " s");
    }

    private static float[] Clip(ExtractBenchmarkOptions options) => TestClip.Create(AudioFile.SampleRate, options.ClipSeconds);

    private static PortableModel RandomBase()
    {
        var config = ConfigLoader.Load("hubert_base_librispeech",
            ["task.data=.", "task.label_dir=.", "task.labels=[km]", "model.label_rate=50"], allowMissing: true).Value;
        using var model = new HubertModel(config.Model, config.Task, [504], ComputePrecision.Float32);
        model.Initialise(1);
        return PortableModel.Of(model);
    }

    /// <summary>The model in the form that a path loads.</summary>
    private static string Write(string folder, string path, PortableModel portable, int layer)
    {
        var isOnnx = path.StartsWith("onnx", StringComparison.Ordinal);
        var place = System.IO.Path.Combine(folder, isOnnx ? $"{path}.onnx" : "native");
        if (isOnnx)
            OnnxExporter.Write(place, $"{path}.onnx.data", portable,
                new OnnxExportOptions { Layers = [layer], Int8 = path.EndsWith("int8", StringComparison.Ordinal) });
        else if (!Directory.Exists(place))
            NativeWriter.Write(place, portable);
        return place;
    }

    private static Extractor Open(string path, string model, int layer) => path.StartsWith("onnx", StringComparison.Ordinal)
        ? new OnnxExtractor(OnnxHubert.Open(model, threads: 1), layer)
        : OpenLibtorch(ModelReader.Read(model), model, layer,
            path.EndsWith("bf16", StringComparison.Ordinal) ? ComputePrecision.BFloat16 : ComputePrecision.Float32);

    private static LibtorchExtractor OpenLibtorch(PortableModel portable, string model, int layer, ComputePrecision precision)
    {
        Existing(layer, portable, model);
        return new LibtorchExtractor(portable.Build(precision), layer);
    }

    private static int Existing(int layer, PortableModel portable, string model)
    {
        var layers = portable.Description.Model.EncoderLayers;
        return layer >= 1 && layer <= layers ? layer : throw HubertFeatureFaults.NoSuchLayer(model, layer, layers);
    }

    private abstract class Extractor : IDisposable
    {
        public abstract float[] Extract(float[] clip);

        public abstract IDisposable? BeginThread();

        public abstract void Dispose();
    }

    private sealed class LibtorchExtractor(HubertModel model, int layer) : Extractor
    {
        private readonly HubertFeatureExtractor _extractor = new(model);

        public override float[] Extract(float[] clip) => _extractor.Extract(clip, [layer])[0];

        public override IDisposable? BeginThread() => TorchRuntime.SingleThreaded();

        public override void Dispose() => model.Dispose();
    }

    private sealed class OnnxExtractor(OnnxHubert model, int layer) : Extractor
    {
        public override float[] Extract(float[] clip) => model.Features(clip, [layer])[0];

        public override IDisposable? BeginThread() => null; // a session of one thread per call

        public override void Dispose() => model.Dispose();
    }
}
