using System.CommandLine;
using System.Globalization;
using HubertSharp.Cli.Output;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Configuration.Tokenizers;
using HubertSharp.SpeechTokenizer.Benchmark;

namespace HubertSharp.Cli.Benchmarks;

/// <summary><c>hubert bench tokenizer</c>.</summary>
internal static class BenchTokenizerVerb
{
    public static Command Create()
    {
        var config = new Argument<string>("CONFIG")
        {
            Description = $"Configuration: {string.Join(", ", BundledConfigs.Tokenizers)}, or a file as 'hubert tokenizer train' takes it.",
        };
        var rows = new Option<int?>("--rows") { Description = "Rows of the made-up batch; default dataset.batch_size." };
        var seconds = new Option<double?>("--seconds") { Description = "Seconds of each row; default task.segment_size." };
        var steps = new Option<int>("--steps")
        {
            Description = "Training steps that are timed, after one that is not; 0 for none.",
            DefaultValueFactory = _ => 3,
        };
        var clip = new Option<double>("--clip-seconds")
        {
            Description = "Length of the clip that is encoded and decoded.",
            DefaultValueFactory = _ => 10,
        };
        var rounds = new Option<int>("--rounds")
        {
            Description = "How often that is timed, after one that is not; 0 for never.",
            DefaultValueFactory = _ => 3,
        };
        var json = BenchVerb.Json();
        var overrides = new Argument<string[]>("key=value")
        {
            Description = "Overrides such as common.num_threads=1.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command("tokenizer", "Time a training step of a tokenizer, and encoding and decoding with one of its size.")
        {
            config, rows, seconds, steps, clip, rounds, json, overrides,
        };
        command.WithExample("hubert bench tokenizer speech_tokenizer_base --rows 1 --json common.num_threads=1");
        command.SetAction((parsed, cancellation) => FirstThread.Run(() =>
        {
            var options = new TokenizerBenchmarkOptions
            {
                Rows = parsed.GetValue(rows),
                Seconds = parsed.GetValue(seconds),
                Steps = parsed.GetValue(steps),
                ClipSeconds = parsed.GetValue(clip),
                Rounds = parsed.GetValue(rounds),
            };
            BenchFaults.Check("--rows", options.Rows ?? 1, 1, 10_000);
            BenchFaults.Check("--seconds", options.Seconds ?? 1, 0.1, 600, " s");
            BenchFaults.Check("--steps", options.Steps, 0, 1_000_000);
            BenchFaults.Check("--clip-seconds", options.ClipSeconds, 0.1, 600, " s");
            BenchFaults.Check("--rounds", options.Rounds, 0, 1_000_000);
            // what a step does not need
            string[] all = ["task.data=.", "task.teacher=none", "checkpoint.save_dir=.", .. parsed.GetValue(overrides) ?? []];
            Print(TokenizerBenchmark.Run(ConfigLoader.Load<TokenizerTrainingConfig>(parsed.GetValue(config)!, all), options, cancellation),
                parsed.GetValue(json));
            return CommandHost.Done;
        }));
        return command;
    }

    private static void Print(TokenizerBenchmarkResult result, bool json)
    {
        if (json)
        {
            JsonOutput.Write(result);
            return;
        }
        var lines = new List<(string Name, FormattableString Value)>();
        if (result.MedianStepSeconds is not null)
        {
            var (median, best, work, audio) =
                (result.MedianStepSeconds, result.BestStepSeconds, result.CpuStepSeconds, result.AudioSecondsPerStep);
            lines.Add(("step",
                $"{median:0.000} s for {audio:0.#} s of audio (fastest {best:0.000} s), work of all cores {work:0.000} s"));
            lines.AddRange(result.PartMilliseconds.Select(part => ($"  {part.Key}", (FormattableString)$"{part.Value,8:0.0} ms")));
        }
        if (result.EncodeRealTimeFactor is not null)
        {
            lines.Add(("encode",
                $"real-time factor {result.EncodeRealTimeFactor:0.000}, work of all cores {result.EncodeCpuFactor:0.000}"));
            lines.Add(("decode",
                $"real-time factor {result.DecodeRealTimeFactor:0.000}, work of all cores {result.DecodeCpuFactor:0.000}"));
        }
        lines.Add(("memory", $"{result.PeakMemoryMiB:0} MiB at most, {result.Parameters:#,0} parameters"));
        lines.Add(("threads", $"{result.Threads}, {result.Device}"));
        var width = lines.Max(line => line.Name.Length);
        foreach (var (name, value) in lines)
            Console.WriteLine($"{name.PadRight(width)}  {value.ToString(CultureInfo.InvariantCulture)}");
    }
}
