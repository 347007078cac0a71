using System.CommandLine;
using System.Globalization;
using HubertSharp.Cli.Arguments;
using HubertSharp.Cli.Output;
using HubertSharp.Runs;

namespace HubertSharp.Cli.Benchmarks;

/// <summary><c>hubert bench extract</c>.</summary>
internal static class BenchExtractVerb
{
    public static Command Create()
    {
        var model = new Option<string?>("--model")
        {
            Description = "Checkpoint or run folder, fairseq .pt, or Hugging Face folder; without one, a HuBERT Base with random weights.",
        };
        var minutes = new Option<double>("--minutes") { Description = "Minutes of made-up audio.", DefaultValueFactory = _ => 10 };
        var seconds = new Option<double>("--clip-seconds") { Description = "Length of each clip.", DefaultValueFactory = _ => 15 };
        var layer = new Option<int?>("--layer") { Description = "Layer to extract; without one the last." };
        var threads = FeatureOptions.Threads("Threads; 0 takes all cores.");
        var rounds = new Option<int>("--rounds")
        {
            Description = "How often each path is measured; they take turns, and the best round counts.",
            DefaultValueFactory = _ => 2,
        };
        var paths = new Option<string[]>("--path")
        {
            Description = "What to measure: libtorch, libtorch-bf16, onnx, onnx-int8. Default: all, each in a process of its own.",
            AllowMultipleArgumentsPerToken = true,
        };
        paths.AcceptOnlyFromAmong([.. ExtractBenchmark.Paths]);
        var here = new Option<bool>("--here")
        {
            Description = "Measure one path in this process, with its model in its own form and a layer.",
            Hidden = true,
        };
        var json = BenchVerb.Json();
        var command = new Command("extract", "Features of a HuBERT by libtorch and by ONNX Runtime: speed and memory.")
        {
            model, minutes, seconds, layer, threads, rounds, paths, here, json,
        };
        command.WithExample("hubert bench extract --model runs/iteration1 --json");
        command.SetAction((parsed, cancellation) => FirstThread.Run(() =>
        {
            var options = new ExtractBenchmarkOptions(parsed.GetValue(model), parsed.GetValue(minutes), parsed.GetValue(seconds),
                parsed.GetValue(layer), parsed.GetValue(threads), parsed.GetValue(rounds));
            var wanted = parsed.GetValue(paths) is { Length: > 0 } some ? some : ExtractBenchmark.Paths;
            var results = parsed.GetValue(here)
                ? [ExtractBenchmark.RunHere(wanted[0], options, cancellation)]
                : ExtractBenchmark.Run(wanted, options, cancellation);
            if (parsed.GetValue(json))
                JsonOutput.Write(results);
            else
                Print(results);
            return CommandHost.Done;
        }));
        return command;
    }

    private static void Print(List<ExtractBenchmarkResult> results)
    {
        PlainTable.Write(Console.Out, ["path", "times real time", "worst round", "real-time factor", "seconds", "MiB at most",
            "relative error"], results.Select(r => new[]
        {
            r.Path,
            r.TimesRealTime.ToString("0.0", CultureInfo.InvariantCulture),
            (r.AudioSeconds / r.WorstSeconds).ToString("0.0", CultureInfo.InvariantCulture),
            r.RealTimeFactor.ToString("0.0000", CultureInfo.InvariantCulture),
            r.Seconds.ToString("0.00", CultureInfo.InvariantCulture),
            r.PeakMemoryMiB.ToString("0", CultureInfo.InvariantCulture),
            r.RelativeError.ToString("0.0e+0", CultureInfo.InvariantCulture),
        }));
        var first = results[0];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"layer {first.Layer} of {first.Parameters / 1e6:0.0} million parameters, {first.AudioSeconds:0} s of audio in clips of "
            + $"{first.ClipSeconds:0.#} s, {Counted.Of(first.Threads, "thread")}"));
    }
}
