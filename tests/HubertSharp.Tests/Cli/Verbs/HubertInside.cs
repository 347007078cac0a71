using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using HubertSharp.Cli;

namespace HubertSharp.Tests.Cli.Verbs;

/// <summary>
/// The program in this process, by the same entry as the real one: thousands of runs a minute, each timed and weighed. What does not
/// end is asked to as a user would, by a signal. Nothing may run beside it: it takes the console and the current folder.
/// </summary>
internal static partial class HubertInside
{
    /// <summary>When a run is asked to end; a training that a changed number made longer does.</summary>
    private static readonly TimeSpan s_untilAsked = TimeSpan.FromSeconds(5);

    /// <summary>The signal is ours even where it comes too late for the program; it is handed on later, from another thread.</summary>
    private static PosixSignalRegistration? s_keeps;

    /// <summary>When it is given up.</summary>
    private static readonly TimeSpan s_end = TimeSpan.FromMinutes(5);

    /// <param name="folder">The current folder meanwhile.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="untilDone">It is not asked to end.</param>
    public static InsideResult Run(string folder, string[] arguments, bool untilDone = false)
    {
        var (before, stdout, stderr) = (Directory.GetCurrentDirectory(), Console.Out, Console.Error);
        using StringWriter output = new(), error = new();
        s_keeps ??= PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => context.Cancel = true);
        ResetPeak();
        var (rss, clock, stopped) = (ResidentMiB("VmRSS"), Stopwatch.StartNew(), false);
        var allocated = GC.GetTotalAllocatedBytes();
        try
        {
            Console.SetOut(output);
            Console.SetError(error);
            Directory.SetCurrentDirectory(folder);
            var run = Task.Run(() => CommandHost.RunAsync(HubertSharp.Cli.Program.CreateRoot(), arguments, Console.Error));
            if (arguments is ["dashboard", ..])
                (stopped, _) = (true, DashboardVisit.Pay(() => Text(output), run));
            if (stopped || !run.Wait(untilDone ? s_end : s_untilAsked))
            {
                stopped = true;
                if (!run.IsCompleted)
                    Assert.Equal(0, Signal(Environment.ProcessId, 15));
                if (!run.Wait(s_end))
                    return new InsideResult(null, Text(output), Text(error), clock.Elapsed.TotalSeconds, stopped, 0, 0);
            }
            allocated = GC.GetTotalAllocatedBytes() - allocated;
            return new InsideResult(run.Result, Text(output), Text(error), clock.Elapsed.TotalSeconds, stopped, allocated / 1048576.0,
                ResidentMiB("VmHWM") - rss);
        }
        finally
        {
            Console.SetOut(stdout);
            Console.SetError(stderr);
            Directory.SetCurrentDirectory(before);
        }
    }

    /// <summary>
    /// Limits what this process may take, so that a size in a file that is believed ends this process and not the machine.
    /// </summary>
    public static void LimitMemory(long bytes)
    {
        const int data = 2;
        long[] limit = [0, 0];
        Assert.Equal(0, GetLimit(data, limit));
        limit[0] = limit[1] is -1 ? bytes : Math.Min(bytes, limit[1]);
        Assert.Equal(0, SetLimit(data, limit));
    }

    /// <summary>The kernel counts the largest memory anew.</summary>
    private static void ResetPeak()
    {
        try
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // then the largest of all runs so far counts
        }
    }

    private static double ResidentMiB(string line) =>
        double.Parse(Regex.Match(File.ReadAllText("/proc/self/status"), line + @":\s*(\d+)").Groups[1].Value,
            CultureInfo.InvariantCulture) / 1024;

    private static string Text(StringWriter writer)
    {
        for (; ; )
        {
            try
            {
                return writer.ToString();
            }
            catch (ArgumentOutOfRangeException)
            {
                // it grew meanwhile
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, [In, Out] long[] softAndHard);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, [In] long[] softAndHard);
}

/// <summary>How a run ended and what it took.</summary>
/// <param name="ExitCode">Null where it did not end.</param>
/// <param name="Stopped">It was asked to end.</param>
/// <param name="AllocatedMiB">Managed memory, all that was taken together.</param>
/// <param name="GrowthMiB">Largest memory of the process above what it had before.</param>
internal sealed record InsideResult(
    int? ExitCode, string Output, string Error, double Seconds, bool Stopped, double AllocatedMiB, double GrowthMiB)
{
    /// <summary>Why this end is none that the program promises; null where it is.</summary>
    public string? Fault()
    {
        var lines = Error.Split('\n')
            .Where(line => line.StartsWith("hubert: ", StringComparison.Ordinal)
                && !line.StartsWith("hubert: stopping after", StringComparison.Ordinal)).ToList();
        return this switch
        {
            { ExitCode: null } => "does not end",
            { ExitCode: CommandHost.Bug } => "exit code 70",
            _ when Error.Contains("\n   at ", StringComparison.Ordinal) => "a stack",
            { ExitCode: CommandHost.Done } => null,
            { ExitCode: CommandHost.Interrupted, Stopped: true } => null,
            { ExitCode: CommandHost.UserFault } when lines.Count != 1 => $"{lines.Count} messages",
            { ExitCode: CommandHost.UserFault } => lines[0].Length > 4000 ? $"a message of {lines[0].Length} characters" : null,
            _ => $"exit code {ExitCode}",
        };
    }
}
