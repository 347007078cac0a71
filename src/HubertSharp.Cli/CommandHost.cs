using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using HubertSharp.Distributed;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;

namespace HubertSharp.Cli;

/// <summary>
/// Runs the parsed command and turns its end into an exit code: 0 done, 1 the user can mend it, 70 a bug, 130 interrupted.
/// </summary>
internal static class CommandHost
{
    public const int Done = 0;
    public const int UserFault = 1;
    public const int Bug = 70;
    public const int Interrupted = 130;

    private static readonly TimeSpan s_firstSpeaks = TimeSpan.FromSeconds(3);

    public static async Task<int> RunAsync(RootCommand root, string[] args, TextWriter error)
    {
        CommandExamples.AddToHelp(root);
        VersionText.AddTo(root);
        using var signals = new StopSignals();
        try
        {
            // '@' begins a file name here, not a file of arguments.
            var parsed = root.Parse(args.Length == 0 ? ["--help"] : args, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (parsed.Action is ParseErrorAction)
                return ReportParseErrors(parsed, error);
            if (MistypedOption.In(parsed) is { } mistyped)
                return Refuse(parsed.CommandResult, mistyped, error);
            if (parsed.Action is not HelpAction)
            {
                OneProcess.Check(
                    parsed.CommandResult, FullName(parsed.CommandResult), LaunchedWorld.Of(Environment.GetEnvironmentVariable));
            }
            // Exceptions and signals come to this class, not to the library's own handlers.
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await parsed.InvokeAsync(configuration, signals.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            return Report(e, signals.Received, error);
        }
    }

    /// <summary>Prints what the exception means to the user, and returns the exit code.</summary>
    /// <param name="exception">What ended the command.</param>
    /// <param name="interrupted">A signal came before: a fault after it (a child process that the same Ctrl-C ended) is part of the stop,
    /// but for the disk's own, which say that the checkpoint of the stop was not written.</param>
    /// <param name="error">Where the message goes: standard error.</param>
    internal static int Report(Exception exception, bool interrupted, TextWriter error)
    {
        var e = Innermost(exception);
        var (message, exitCode) = e switch
        {
            OperationCanceledException => ("interrupted", Interrupted),
            UserException or IOException or UnauthorizedAccessException when interrupted && !WriteFaults.IsOfDisk(e) =>
                ("interrupted", Interrupted),
            UserException => (e.Message, UserFault),
            IOException when WriteFaults.IsDiskFull(e) =>
                ($"no space left on the disk: {e.Message}; free some and run the same command again", UserFault),
            _ when StartLimits.IsNotLoaded(e) => (StartLimits.NotLoaded(e), UserFault),
            _ when WriteFaults.IsFileLimit(e) =>
                ($"{WriteFaults.LimitOf(e)}; raise this process's limits (ulimit -n of open files, ulimit -f of a file's size)", UserFault),
            IOException or UnauthorizedAccessException => (e.Message, UserFault),
            DllNotFoundException =>
                ($"a system library is missing: {e.Message.ReplaceLineEndings("\n").Split('\n')[0]}; ./demo.sh installs what is needed",
                    UserFault),
            NotSupportedException when e.Message.Contains("uses TorchSharp", StringComparison.Ordinal) =>
                ("libtorch cannot be loaded; allow more memory (it takes 5 GB of 'ulimit -v'), or build the program again", UserFault),
            ExternalException when IsOutOfMemory(e.Message) =>
                ("out of memory; lower dataset.max_tokens, or the size of the model", UserFault),
            OutOfMemoryException => ("out of memory; choose a smaller input or a machine with more", UserFault),
            _ => ($"a bug, please report it:\n{exception}", Bug),
        };
        if (LaunchedWorld.Taken is { Rank: > 0 } place)
        {
            if (exitCode == Interrupted)
                return exitCode; // the first one says so
            // what all of them meet the first one tells, and its end ends the others; the end of this one would interrupt it
            Thread.Sleep(s_firstSpeaks);
            if (message.StartsWith("rank ", StringComparison.Ordinal))
                return exitCode;
            // a fault of this one's own is told here
            message = $"rank {place.Rank} on {Environment.MachineName}: {message}";
        }
        try
        {
            error.Write($"hubert: {(exitCode == Bug ? PrintableText.Lines(message) : PrintableText.Message(message))}\n");
        }
        catch (Exception unsaid) when (unsaid is IOException or UnauthorizedAccessException)
        {
            // standard error is full or gone: the exit code tells it
        }
        return exitCode;
    }

    /// <summary>How libtorch says it: of its own allocator, of the C++ library's, of the system's, of a GPU's.</summary>
    private static bool IsOutOfMemory(string message) =>
        ((string[])["allocate memory", "bad_alloc", "Cannot allocate", "out of memory"])
            .Any(said => message.Contains(said, StringComparison.Ordinal));

    private static Exception Innermost(Exception e) => e switch
    {
        AggregateException { InnerExceptions: [var only] } => Innermost(only),
        AggregateException all when all.InnerExceptions.FirstOrDefault(i => i is not OperationCanceledException) is { } fault =>
            Innermost(fault),
        System.Reflection.TargetInvocationException { InnerException: { } inner } => Innermost(inner),
        TypeInitializationException { InnerException: { } inner } => Innermost(inner),
        _ => e,
    };

    private static int ReportParseErrors(ParseResult parsed, TextWriter error)
    {
        var command = parsed.CommandResult.Command;
        var name = FullName(parsed.CommandResult);
        string message;
        if ((MistypedOption.In(parsed) ?? (parsed.UnmatchedTokens is [var first, ..] ? first : null)) is { } unknown)
        {
            return Refuse(parsed.CommandResult, unknown, error);
        }
        else if (command.Subcommands.Count > 0 && command.Action is null)
        {
            message = $"'{name}' needs one of {string.Join(", ", command.Subcommands.Select(c => c.Name))}";
        }
        else
        {
            message = string.Join(' ', parsed.Errors.Select(e => e.Message));
        }
        return Say(message, name, error);
    }

    private static int Refuse(CommandResult result, string unknown, TextWriter error)
    {
        var name = FullName(result);
        return Say($"'{name}' does not know '{unknown}'{MistypedOption.Advice(result.Command, unknown)}", name, error);
    }

    private static int Say(string message, string name, TextWriter error)
    {
        error.WriteLine($"hubert: {PrintableText.Message(message)} (see '{name} --help')");
        return UserFault;
    }

    private static string FullName(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{FullName(parent)} {result.Command.Name}" : "hubert";
}
