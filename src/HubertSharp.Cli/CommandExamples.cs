using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.CompilerServices;

namespace HubertSharp.Cli;

/// <summary>The examples that close a verb's <c>--help</c>; a group of verbs without examples shows those of its verbs.</summary>
internal static class CommandExamples
{
    private static readonly ConditionalWeakTable<Command, List<string>> Examples = [];

    /// <summary>
    /// Adds one example, a whole command line that runs as it stands: <c>"hubert kmeans fit --features DIR --clusters 100"</c>.
    /// </summary>
    public static TCommand WithExample<TCommand>(this TCommand command, string example)
        where TCommand : Command
    {
        Examples.GetOrCreateValue(command).Add(example);
        return command;
    }

    /// <summary>The command's own examples, or those of its subcommands.</summary>
    public static IEnumerable<string> Of(Command command) =>
        Examples.TryGetValue(command, out var own) ? own : command.Subcommands.Where(c => !c.Hidden).SelectMany(Of);

    /// <summary>Puts the examples at the end of every help text below <paramref name="root"/>.</summary>
    public static void AddToHelp(RootCommand root)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
    }

    private sealed class HelpWithExamples(HelpAction inner) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var exitCode = inner.Invoke(parseResult);
            var examples = Of(parseResult.CommandResult.Command).ToList();
            if (examples.Count == 0)
                return exitCode;
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine(examples.Count == 1 ? "Example:" : "Examples:");
            foreach (var example in examples)
                output.WriteLine($"  {example}");
            output.WriteLine();
            return exitCode;
        }
    }
}
