using System.Diagnostics;

namespace HubertSharp.Bench.SameRun;

/// <summary>
/// Runs the trainings one after the other, each into a folder of its own: its run folder, and how it ended in <c>outcome.txt</c>.
/// </summary>
/// <param name="data">The made corpus.</param>
/// <param name="output">A folder for the trainings.</param>
internal sealed class TrainingRunner(string data, string output)
{
    public const string OutcomeFile = "outcome.txt";

    public const string RunFolder = "run";

    private static readonly string s_program = Path.Combine(AppContext.BaseDirectory, "hubert.dll");

    public void RunAll()
    {
        foreach (var training in Training.All)
            Run(training);
    }

    public void Run(Training training)
    {
        var folder = Folder(output, training);
        Directory.CreateDirectory(folder);
        if (training.LeftOut is not null)
            return;
        var run = Path.Combine(folder, RunFolder);
        string[] overrides =
        [
            .. Training.Common(data, run), .. training.Overrides.Select(o => o.Replace("OUT", output, StringComparison.Ordinal)),
        ];
        IReadOnlyList<string> outcome = training.ByCommand ? ByCommand(run, overrides) : ByLibrary(training, run, overrides);
        File.WriteAllLines(Path.Combine(folder, OutcomeFile), outcome);
    }

    /// <summary>A name that needs no quotes in a path: letters and digits as they are, everything else as a line.</summary>
    public static string Folder(string output, Training training) =>
        Path.Combine(output, string.Join('_', training.Name.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries)));

    private static string[] ByCommand(string run, string[] overrides)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!,
            [s_program, "pretrain", "--config-name", "hubert_small_cpu", "--run", run, .. overrides])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return
        [
            $"exit code {process.ExitCode}",
            .. Lines(said).Select(line => $"says {line}"),
            // the live view tells the speed, and how often it speaks is the clock's affair
            .. Lines(error.Result).Where(line => !line.StartsWith("update ", StringComparison.Ordinal)).Select(line => $"tells {line}"),
        ];
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static List<string> ByLibrary(Training training, string run, string[] overrides)
    {
        var library = new PretrainingLibrary();
        var outcome = new List<string>();
        foreach (var stop in training.Stops.Select(s => (int?)s).Append(null))
        {
            var fault = library.Train(run, overrides, training.Options, stop);
            outcome.Add($"start {outcome.Count + 1}: {fault ?? "ends well"}");
        }
        return outcome;
    }
}
