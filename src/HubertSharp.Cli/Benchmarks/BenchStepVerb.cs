using System.CommandLine;
using System.Globalization;
using HubertSharp.Cli.Output;
using HubertSharp.Pretraining.Benchmark;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;

namespace HubertSharp.Cli.Benchmarks;

/// <summary><c>hubert bench step</c>.</summary>
internal static class BenchStepVerb
{
    public static Command Create()
    {
        var configName = new Option<string>("--config-name")
        {
            Description = "A bundled configuration, or a file with --config-dir.",
            DefaultValueFactory = _ => "hubert_base_librispeech",
        };
        var configDir = new Option<DirectoryInfo?>("--config-dir") { Description = "Folder of your own configuration files." };
        var rows = new Option<int>("--rows") { Description = "Rows of the made-up batch.", DefaultValueFactory = _ => 4 };
        var seconds = new Option<double>("--seconds") { Description = "Seconds of each row.", DefaultValueFactory = _ => 10 };
        var clusters = new Option<int>("--clusters") { Description = "Clusters of each label set.", DefaultValueFactory = _ => 500 };
        var steps = new Option<int>("--steps")
        {
            Description = "Steps that are timed, after two that are not.",
            DefaultValueFactory = _ => 5,
        };
        var json = BenchVerb.Json();
        var overrides = new Argument<string[]>("key=value")
        {
            Description = "Overrides such as common.bf16=false model.encoder_layerdrop=0.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command("step", "Time a training step: forward, backward, clipping and Adam.")
        {
            configName, configDir, rows, seconds, clusters, steps, json, overrides,
        };
        command.WithExample(
            "hubert bench step --config-name hubert_base_librispeech model.encoder_layerdrop=0 --rows 4 --seconds 10 --json");
        command.SetAction((parsed, cancellation) => FirstThread.Run(() =>
        {
            var options = new StepBenchmarkOptions
            {
                Rows = parsed.GetValue(rows),
                Seconds = parsed.GetValue(seconds),
                Clusters = parsed.GetValue(clusters),
                Steps = parsed.GetValue(steps),
            };
            BenchFaults.Check("--rows", options.Rows, 1, 10_000);
            BenchFaults.Check("--seconds", options.Seconds, 0.5, 600, " s");
            BenchFaults.Check("--clusters", options.Clusters, 1, 1_000_000);
            BenchFaults.Check("--steps", options.Steps, 1, 1_000_000);
            var (name, dir) = (parsed.GetValue(configName)!, parsed.GetValue(configDir)?.FullName);
            // what a step does not need
            string[] all =
            [
                "task.data=.", "task.label_dir=.", "task.labels=[km]", "model.label_rate=50", "checkpoint.save_dir=.", "hydra.run.dir=.",
                .. parsed.GetValue(overrides) ?? [],
            ];
            Print(StepBenchmark.Run(ConfigLoader.Load(dir is null ? name : Path.Combine(dir, name), all), options, cancellation),
                parsed.GetValue(json));
            return CommandHost.Done;
        }));
        return command;
    }

    private static void Print(StepBenchmarkResult result, bool json)
    {
        if (json)
        {
            JsonOutput.Write(result);
            return;
        }
        var lines = new List<(string Name, FormattableString Value)>
        {
            ("speed", $"{result.AudioSecondsPerSecond:0.00} audio-s/s (fastest step {result.BestAudioSecondsPerSecond:0.00})"),
            ("step", $"{result.MedianStepSeconds * 1000:0} ms for {result.AudioSecondsPerStep:0.#} s of audio"),
            ("work", $"{result.FlopPerStep / 1e9:#,0.0} GFLOP, {result.FlopPerAudioSecond / 1e9:0.0} of them per second of audio"),
            ("share", $"{100 * result.ShareOfMatrixPeak:0}% of the matrix products' {result.MatrixPeakFlops / 1e9:0} GFLOP/s"),
            ("memory", $"{result.PeakMemoryMiB:0} MiB at most, {result.Parameters:#,0} parameters"),
            ("precision", $"{result.PrecisionReason}; {result.Device}, {Counted.Of(result.Threads, "thread")}"),
        };
        foreach (var (part, milliseconds) in result.PartMilliseconds)
            lines.Add(("  " + part, $"{milliseconds,8:0.0} ms"));
        var width = lines.Max(line => line.Name.Length);
        foreach (var (name, value) in lines)
            Console.WriteLine($"{name.PadRight(width)}  {value.ToString(CultureInfo.InvariantCulture)}");
    }
}
