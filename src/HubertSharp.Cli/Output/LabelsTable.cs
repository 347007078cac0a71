using HubertSharp.Runs.Labels;

namespace HubertSharp.Cli.Output;

/// <summary>A label report for people.</summary>
internal static class LabelsTable
{
    private static readonly string[] Header =
    [
        "split", "utterances", "lines", "audio", "labels", "per second", "off > 0.1 s", "unknown", "clusters", "empty", "entropy", "run",
    ];

    public static void Write(TextWriter output, LabelReport report)
    {
        PlainTable.Write(output, Header, report.Splits.Select(s => Cells(s, report.Clusters)));
        output.WriteLine();
        var train = report.Splits[0];
        output.WriteLine(
            $"Chance with {report.Clusters} clusters is log2({report.Clusters} + 4) = {Math.Log2(report.Clusters + 4):0.00} bits; "
                + $"knowing the frequencies of {train.Name} alone gives {train.EntropyBits:0.00} bits.");
        var sorted = train.Histogram.Order().ToList();
        if (train.Labels > 0 && sorted.Count > 0) // an empty dictionary has no clusters
        {
            output.WriteLine(
                $"Labels per cluster in {train.Name}: median {sorted[sorted.Count / 2]}, smallest {sorted[0]}, largest {sorted[^1]} "
                    + $"({100.0 * sorted[^1] / train.Labels:0.0}%).");
        }
        foreach (var divergence in report.Divergences)
        {
            var transitions = divergence is { TransitionGainBits: { } gain, TrainTransitionGainBits: { } own }
                ? $", transitions of {train.Name} explain {gain:0.00} bits of its next label ({own:0.00} within {train.Name})"
                : "";
            output.WriteLine(
                $"{divergence.Name} against {train.Name}: Jensen-Shannon {divergence.JensenShannonBits:0.000} bits, "
                + $"{divergence.OnlyHere} clusters only there{transitions}.");
        }
        // errors go to standard error, as everywhere
        foreach (var finding in report.Findings.Where(f => f.Severity == LabelSeverity.Warning))
            output.WriteLine($"warning {finding.Code}: {finding.Message}; {finding.Next}");
        if (report.Findings.Count == 0)
            output.WriteLine("Nothing wrong was found.");
    }

    private static string[] Cells(LabelSplitReport split, int clusters) =>
    [
        split.Name, $"{split.Utterances}", $"{split.Lines}", $"{split.AudioSeconds / 3600:0.000} h", $"{split.Labels}",
        $"{split.ImpliedLabelRate:0.0}", $"{split.Mismatched}",
        $"{split.Unknown}", $"{split.Used} of {clusters}", $"{clusters - split.Used}", $"{split.EntropyBits:0.00} bits",
        $"{split.MeanRun:0.00}",
    ];
}
