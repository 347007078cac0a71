using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using HubertSharp.Distributed;
using HubertSharp.Runs;

namespace HubertSharp.Cli;

/// <summary>
/// Several processes on this machine: the command line again, under <c>mpirun</c>, with the cores divided among them. mpirun kills what it
/// started within two seconds of SIGTERM or Ctrl-C, so this process stands before it and hands every announcement on as SIGUSR1, which
/// mpirun passes to all: they write a checkpoint first.
/// </summary>
internal static class LocalProcesses
{
    private const string Launcher = "mpirun", Threads = "common.num_threads=", Cores = "DOTNET_PROCESSOR_COUNT";

    private const int User1 = 10, Killed = 9; // SIGUSR1 and SIGKILL on Linux

    private const int OfSignals = 128; // a shell's exit code of a program that a signal ended: this and its number

    /// <summary>Runs the command in several processes.</summary>
    /// <param name="count">How many.</param>
    /// <param name="arguments">Of this process.</param>
    /// <param name="option">The option that asks for them, which the processes do not get.</param>
    /// <param name="trains">Whether the command has a configuration, whose number of threads is set; others see fewer cores.</param>
    /// <param name="cancellation">Asks them to end.</param>
    /// <returns>The exit code of the first that failed, as mpirun hands it on.</returns>
    /// <exception cref="UserException">There is no mpirun, or this process is one of several.</exception>
    public static int Run(
        int count, IReadOnlyList<string> arguments, string option, bool trains, CancellationToken cancellation)
    {
        if (LaunchedWorld.Take() is { } world)
            throw DistributedFaults.AlreadyMany(world);
        if (Find(Launcher) is null)
            throw DistributedFaults.NoLauncher(Launcher);
        // with a session of its own the terminal's Ctrl-C does not reach it; when this process is killed, it ends
        string[] apart = Find("setsid") is null ? [] : Find("setpriv") is null ? ["setsid"] : ["setpriv", "--pdeathsig", "TERM", "setsid"];
        string[] command =
            [
                .. apart,
                .. Command(count, Program(), arguments, option, trains, Environment.ProcessorCount, Environment.IsPrivilegedProcess),
            ];
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]))!;
        using (cancellation.Register(() => _ = Signal(process.Id, User1)))
            process.WaitForExit();
        if (Ended(process.ExitCode, trains) is { } text)
            Console.Error.WriteLine($"hubert: {text}");
        return process.ExitCode;
    }

    /// <summary>What is said of a job that a signal ended, by which nobody may have had a last word; null for another end.</summary>
    internal static string? Ended(int exitCode, bool trains) => exitCode is <= OfSignals or CommandHost.Interrupted ? null
        : $"a process, or {Launcher}, was ended by signal {(exitCode - OfSignals).ToString(CultureInfo.InvariantCulture)}"
            + (exitCode == OfSignals + Killed ? " (SIGKILL; the system sends it where memory runs out)" : "")
            + (trains ? "; the same command goes on from the newest checkpoint, if there is one" : "; run the same command again");

    /// <summary>The command line.</summary>
    internal static IReadOnlyList<string> Command(
        int count, IReadOnlyList<string> program, IReadOnlyList<string> arguments, string option, bool trains, int cores, bool isRoot)
    {
        var own = new List<string>();
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i] == option)
                i++;
            else if (!arguments[i].StartsWith(option + "=", StringComparison.Ordinal))
                own.Add(arguments[i]);
        }
        var share = Math.Max(1, cores / count).ToString(CultureInfo.InvariantCulture);
        if (trains && !own.Any(argument => argument.TrimStart('+').StartsWith(Threads, StringComparison.Ordinal)))
            own.Add(Threads + share);
        return
        [
            Launcher, "-n", count.ToString(CultureInfo.InvariantCulture), "--oversubscribe", "--bind-to", "none",
            "--quiet", // without mpirun's own pages about an end that the processes tell of
            "-x", "TERM=dumb", // mpirun gives each a terminal, whose signs it would print
            .. trains ? [] : (string[])["-x", $"{Cores}={share}"], // what takes all cores takes its share
            .. isRoot ? (string[])["--allow-run-as-root"] : [], .. program, .. own,
        ];
    }

    private static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);

    // the program itself, or 'dotnet' with the program's library
    private static string[] Program()
    {
        var process = Environment.ProcessPath ?? throw new InvalidOperationException("the program does not know its own path");
        return Path.GetFileNameWithoutExtension(process) == "dotnet" ? [process, Environment.GetCommandLineArgs()[0]] : [process];
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Signal(int process, int signal);
}
