using HubertSharp.Runs;

namespace HubertSharp.Cli.Output;

/// <summary>The progress of work that has several stages: each closes the line of the one before.</summary>
internal static class ConsoleStages
{
    /// <param name="work">Is given what makes the progress of a stage, by its name.</param>
    public static T Run<T>(Func<Func<string, IProgress<StageProgress>>, T> work)
    {
        ConsoleProgress? stage = null;
        try
        {
            return work(title =>
            {
                stage?.Dispose();
                return stage = ConsoleProgress.Start(title);
            });
        }
        finally
        {
            stage?.Dispose();
        }
    }
}
