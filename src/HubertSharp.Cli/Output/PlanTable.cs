using System.Globalization;
using HubertSharp.Pretraining.Plan;
using HubertSharp.Runs;

namespace HubertSharp.Cli.Output;

/// <summary>Prints the forecast of a training.</summary>
internal static class PlanTable
{
    private static readonly string[] s_header =
        ["GPUs", "machines", "Gbit/s", "update", "reduction", "efficiency", "audio per update", "time", "GPU hours", "disk per machine"];

    public static void Write(TextWriter output, RunPlan plan, PlanOptions options)
    {
        void Line(string name, params FormattableString[] parts) =>
            output.WriteLine($"{name,-12}{string.Concat(parts.Select(part => part.ToString(CultureInfo.InvariantCulture)))}");
        var (batch, memory, asked) = (plan.MicroBatch, plan.Memory, plan.Asked);
        Line("model", $"{plan.Parameters / 1e6:0.0} M parameters");
        Line("micro-batch",
            $"{Counted.Of(batch.Rows, "row")}, {batch.AudioSeconds:0.0} s of audio, {plan.FlopPerMicroBatch / 1e12:0.00} TFLOP");
        if (options.StepSeconds is { } seconds)
            Line("compute", $"{seconds:0.###} s for a micro-batch, as measured");
        else
            Line("compute",
                $"{options.PeakTflops:0.######} TFLOP/s × {options.Achieved:0.####}: an assumption; --step-seconds takes a measured time");
        Line("reduction",
            $"{plan.GradientBytes / 1e6:0} MB of gradients, {plan.WireBits} bits each; a link carries {100 * options.LinkShare:0.#}% ",
                $"of its rate; {100 * options.Overlap:0.#}% of a backward pass hides it");
        Line("memory", $"{Gib(memory.Total)} a GPU: weights {Gib(memory.Weights)}, gradients {Gib(memory.Gradients)}, Adam ",
                $"{Gib(memory.Optimizer)}, activations {Gib(memory.Activations)} (estimated)");
        if (plan.MaxUpdate > 0)
            Line("run", $"{plan.MaxUpdate:#,0} updates");
        output.WriteLine();
        var header = options.Price is null ? s_header : [.. s_header, "cost"];
        PlainTable.Write(output, header, [Cells(asked, options), .. plan.Others.Select(point => Cells(point, options))]);
        output.WriteLine();
        output.WriteLine(
            "The first line is what was asked for; the others are 4, 32 and 256 GPUs, by the rate of the link between machines.");
        if (options.MicroBatches is null && plan.Others.Count > 1)
            output.WriteLine(
                "Each GPU takes as many micro-batches of an update as the configuration says, so more GPUs hear more audio per "
                    + "update; --micro-batches keeps an update as it is.");
    }

    private static string[] Cells(PlanPoint point, PlanOptions options)
    {
        string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
        string[] cells =
        [
            $"{point.Gpus}", $"{point.Nodes}", Text($"{point.LinkGbits:0.###}"), Seconds(point.UpdateSeconds), Seconds(point.ReduceSeconds),
            Text($"{100 * point.Efficiency:0.0}%"), Text($"{point.AudioSecondsPerUpdate / 60:0.0} min"),
            point.Hours is { } hours ? Time(hours) : "-",
            point.GpuHours is { } all ? all < 10 ? Text($"{all:0.0}") : Text($"{all:#,0}") : "-",
            Text($"{point.DiskMegabytesPerSecond:0.00} MB/s"),
        ];
        return options.Price is null ? cells : [.. cells, point.Cost is { } cost ? Text($"{cost:#,0}") : "-"];
    }

    private static string Time(double hours) => hours < 1
        ? ConsoleProgress.Duration(TimeSpan.FromHours(hours))
        : string.Create(CultureInfo.InvariantCulture, $"{hours:#,0.0} h");

    private static string Seconds(double seconds) => seconds < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{1000 * seconds:0.0} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{seconds:0.00} s");

    private static string Gib(double bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1 << 30):0.00} GiB");
}
