using System.CommandLine.Parsing;
using HubertSharp.Cli.Arguments;
using HubertSharp.Distributed;
using HubertSharp.Runs;

namespace HubertSharp.Cli;

/// <summary>
/// A command that several processes cannot share is refused when a launcher starts it many times over: each would do all of it, and they
/// would write the same files.
/// </summary>
internal static class OneProcess
{
    /// <exception cref="UserException">It is one of several, and no command for them.</exception>
    public static void Check(CommandResult command, string name, LaunchedWorld? world)
    {
        // the variables RANK and WORLD_SIZE stand in many a container that nobody launches processes in
        if (world is null or { Launcher: LaunchedWorld.Kind.Torchrun } || command.Command.Options.Any(o => o.Name == ProcessArguments.Name))
            return;
        LaunchedWorld.Take(); // the first one says so
        throw UserException.Create($"'{name}' is one process", world.Source, "no launcher", $"{world.Count} processes",
            "start it once, without mpirun or srun");
    }
}
