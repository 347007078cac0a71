using System.CommandLine;
using HubertSharp.Runs;

namespace HubertSharp.Cli;

/// <summary>Runs the parsed command and turns its end into an exit code: 0 done, 1 the user can mend it, 70 a bug, 130 interrupted.</summary>
internal static class CommandHost
{
    public const int Done = 0;
    public const int UserFault = 1;
    public const int Bug = 70;
    public const int Interrupted = 130;

    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        try
        {
            var parsed = root.Parse(args);
            // The exceptions come to this method; Ctrl-C cancels the token that each action gets, and the action has time to end well.
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromMinutes(2) };
            return await parsed.InvokeAsync(configuration).ConfigureAwait(false);
        }
        catch (UserException e)
        {
            await Console.Error.WriteLineAsync($"hubert: {e.Message}").ConfigureAwait(false);
            return UserFault;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("hubert: interrupted").ConfigureAwait(false);
            return Interrupted;
        }
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync($"hubert: a bug, please report it:\n{e}").ConfigureAwait(false);
            return Bug;
        }
    }
}
