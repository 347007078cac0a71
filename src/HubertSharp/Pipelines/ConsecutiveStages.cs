using HubertSharp.Runs;

namespace HubertSharp.Pipelines;

/// <summary>The progress of work that has several stages: each closes the display of the one before.</summary>
internal static class ConsecutiveStages
{
    /// <param name="start">Begins the display of a stage, by its name; null shows nothing.</param>
    /// <param name="work">Is given what begins its stages.</param>
    public static T Run<T>(Func<string, IProgress<StageProgress>>? start, Func<Func<string, IProgress<StageProgress>>?, T> work)
    {
        IProgress<StageProgress>? shown = null;
        try
        {
            return work(start is null ? null : title =>
            {
                (shown as IDisposable)?.Dispose();
                return shown = start(title);
            });
        }
        finally
        {
            (shown as IDisposable)?.Dispose();
        }
    }
}
