using System.CommandLine;
using System.Globalization;
using HubertSharp.Cli.Arguments;
using HubertSharp.Cli.Output;
using HubertSharp.Pretraining.Plan;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;

namespace HubertSharp.Cli.Verbs;

/// <summary><c>hubert plan</c>: what a pre-training would take on other machines.</summary>
internal static class PlanVerb
{
    private static readonly PlanOptions s_defaults = new();

    public static Command Create()
    {
        var arguments = new Argument<string[]>("CONFIG | key=value")
        {
            Description = "A bundled configuration or a file, then overrides such as optimization.update_freq=[4].",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var name = new Option<string?>("--config-name") { Description = "A bundled name, or a name in --config-dir." };
        var folder = new Option<string?>("--config-dir") { Description = "Your own folder of configurations." };
        var nodes = Number("--nodes", "Machines.", s_defaults.Nodes);
        var gpus = Number("--gpus", "Processes of a machine, each with a device of its own.", s_defaults.Gpus);
        var link = Number("--link", "Between machines, for all processes of one together, in Gbit/s.", s_defaults.LinkGbits);
        var local = Number("--local-link", "Between the processes of a machine, for each of them, in Gbit/s.", s_defaults.LocalGbits);
        var linkShare = Number("--link-share", "What a reduction gets of a link.", s_defaults.LinkShare);
        var process = new Option<double?>("--process-link")
        {
            Description = "What a process sends at most, whatever the link carries, in Gbit/s: through TCP a core is busy with it.",
        };
        var latency = Number("--latency", "From one process to another, in microseconds.", s_defaults.LatencyMicroseconds);
        var peak = Number("--peak", "Matrix products of a device in TFLOP/s: V100 125, A100 312, H100 989.", s_defaults.PeakTflops);
        var achieved = Number("--achieved", "What training gets of that; HuBERT's own hours on V100 come to about 0.1.",
            s_defaults.Achieved);
        var step = new Option<double?>("--step-seconds")
        {
            Description = "A measured micro-batch, in place of --peak and --achieved: 'hubert bench step' has one.",
        };
        var overlap = Number("--overlap",
            "Share of a backward pass that hides the reduction: here those of GPUs come after it, those of processors beside it.",
            s_defaults.Overlap);
        var wire = new Option<int?>("--wire-bits")
        {
            Description = "Of a gradient on the wire, 32 or 16; without it what distributed_training.ddp_comm_hook says.",
        };
        var micro = new Option<int?>("--micro-batches")
        {
            Description = "Micro-batches of an update over all processes; without it each takes optimization.update_freq.",
        };
        var price = new Option<double?>("--price") { Description = "Of a device for an hour, in your currency." };
        var clusters = Number("--clusters", "Clusters of each label set.", s_defaults.Clusters);
        var utterance = Number("--utterance-seconds", "Mean length of an utterance; LibriSpeech's is 12.3.", s_defaults.UtteranceSeconds);
        var json = new Option<bool>("--json") { Description = "As JSON." };
        var command = new Command("plan",
            "Forecast a pre-training on other machines: time, cost, memory, and what links and disks must carry.")
        {
            arguments, name, folder, nodes, gpus, link, local, linkShare, process, latency, peak, achieved, step, overlap, wire, micro,
            price, clusters, utterance, json,
        };
        command.SetAction(parsed =>
        {
            double Get(Option<double> option, double least, double most, bool whole = false) =>
                InRange(option.Name, parsed.GetValue(option), least, most, whole);
            var options = new PlanOptions
            {
                Nodes = (int)Get(nodes, 1, 100_000, whole: true),
                Gpus = (int)Get(gpus, 1, 1024, whole: true),
                LinkGbits = Get(link, 0.001, 100_000),
                LocalGbits = Get(local, 0.001, 100_000),
                LinkShare = Get(linkShare, 0.001, 1),
                ProcessGbits = parsed.GetValue(process) is { } g ? InRange(process.Name, g, 0.001, 100_000) : null,
                LatencyMicroseconds = Get(latency, 0, 1e6),
                PeakTflops = Get(peak, 1e-6, 1e6),
                Achieved = Get(achieved, 1e-4, 1),
                StepSeconds = parsed.GetValue(step) is { } s ? InRange(step.Name, s, 1e-6, 1e6) : null,
                Overlap = Get(overlap, 0, 1),
                WireBits = parsed.GetValue(wire) is null or 16 or 32 ? parsed.GetValue(wire) : throw Bad(wire.Name, "16 or 32",
                    $"{parsed.GetValue(wire)}"),
                MicroBatches = parsed.GetValue(micro) is { } m ? (int)InRange(micro.Name, m, 1, 1e9) : null,
                Price = parsed.GetValue(price) is { } p ? InRange(price.Name, p, 0, 1e9) : null,
                Clusters = (int)Get(clusters, 1, 1_000_000, whole: true),
                UtteranceSeconds = Get(utterance, 0.1, 28_800),
            };
            var (configName, overrides) = ConfigArguments.Split(parsed.GetValue(name), parsed.GetValue(folder),
                parsed.GetValue(arguments) ?? []);
            var config = ConfigLoader.Load(configName, overrides, parsed.GetValue(folder), allowMissing: true).Value;
            var plan = RunPlan.Of(config, options);
            if (parsed.GetValue(json))
                JsonOutput.Write(plan);
            else
                PlanTable.Write(Console.Out, plan, options);
        });
        return command.WithExample("hubert plan hubert_base_librispeech --nodes 4 --gpus 8 --link 100")
            .WithExample("hubert plan hubert_base_librispeech --gpus 4 --peak 312 --price 1.5 --micro-batches 32 --json");
    }

    private static Option<double> Number(string name, string description, double value) =>
        new(name) { Description = description, DefaultValueFactory = _ => value };

    private static double InRange(string name, double value, double least, double most, bool whole = false) =>
        value >= least && value <= most && (!whole || value == Math.Floor(value))
            ? value
            : throw Bad(name, $"{(whole ? "a whole number, " : "")}{Plain(least)} to {Plain(most)}", Plain(value));

    private static string Plain(double value) =>
        value.ToString(Math.Abs(value) is 0 or (>= 1e-6 and < 1e15) ? "0.######" : "R", CultureInfo.InvariantCulture);

    private static UserException Bad(string option, string expected, string found) =>
        UserException.Create($"bad {option}", expected: expected, found: found, next: "see 'hubert plan --help'");
}
