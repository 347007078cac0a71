using System.CommandLine;
using HubertSharp.Distributed;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Training;

namespace HubertSharp.Cli.Arguments;

/// <summary>The option of a verb whose work several processes share, and what such a verb does around its work.</summary>
/// <param name="description">Of the option.</param>
/// <param name="trains">Whether the verb has a configuration, whose number of threads is set; others see fewer cores.</param>
internal sealed class ProcessArguments(string description, bool trains = false)
{
    public ProcessArguments()
        : this("Share the work among so many processes of this machine, started by mpirun, each with its share of the cores. The result is "
            + "that of one process.")
    {
    }

    public const string Name = "--nproc";

    /// <summary>More are a slip of the hand that would fill the machine.</summary>
    private static readonly int Most = Math.Max(64, Environment.ProcessorCount);

    public Option<int?> Processes { get; } = new(Name) { Description = description };

    /// <summary>Runs the command in the processes that are asked for.</summary>
    /// <returns>Their exit code; null where the command is to run here.</returns>
    /// <exception cref="UserException">They cannot be started.</exception>
    public int? RunElsewhere(ParseResult parsed, CancellationToken cancellation) => parsed.GetValue(Processes) switch
    {
        null or 1 => null,
        < 1 and var count => throw UserException.Create(
            "no number of processes", Processes.Name, "1 or more", $"{count}", "leave it out for one process"),
        { } count when count > Most => throw UserException.Create("too many processes", Processes.Name, $"1 to {Most} on this machine",
            $"{count}", "a process wants a core of its own; launch/mpirun.sh starts them on several machines"),
        { } count => LocalProcesses.Run(count, [.. Environment.GetCommandLineArgs().Skip(1)], Processes.Name, trains, cancellation),
    };

    /// <summary>Does the work here with whoever shares it, or in the processes that are asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="folder">Where the ranks' reports lie meanwhile; all of them see it under this name.</param>
    /// <param name="work">Done by all of them, with the first one alone writing and talking.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="UserException">The processes cannot be started, or were not started alike.</exception>
    public int Run(ParseResult parsed, string folder, Action<Replicas> work, CancellationToken cancellation)
    {
        if (RunElsewhere(parsed, cancellation) is { } exitCode)
            return exitCode;
        var world = LaunchedWorld.Take();
        using var replicas = MpiReplicas.Join(world, new DistributedTrainingConfig(), folder, Console.Error.WriteLine);
        if (replicas.Description is { } description && replicas.Writes)
            Console.Error.WriteLine(description);
        new RankTalk(replicas).Introduce(
            [.. RankThings.Program(), ("the command", string.Join(' ', Environment.GetCommandLineArgs().Skip(1)))]);
        work(replicas);
        replicas.Leave();
        if (replicas.Count > 1 && replicas.Writes)
            RankReport.Remove(Path.Combine(Path.GetFullPath(folder), MpiReplicas.FolderName), replicas.Count);
        return CommandHost.Done;
    }
}
