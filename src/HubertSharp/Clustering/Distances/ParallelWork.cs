using System.Runtime.ExceptionServices;
using HubertSharp.Runs;

namespace HubertSharp.Clustering.Distances;

/// <summary>
/// <see cref="Parallel.For(int, int, ParallelOptions, Action{int})"/> that throws what went wrong itself, not a collection of it.
/// </summary>
internal static class ParallelWork
{
    /// <exception cref="UserException">The body threw it.</exception>
    public static void For(int count, ParallelOptions options, Action<int> body)
    {
        try
        {
            Parallel.For(0, count, options, body);
        }
        catch (AggregateException e)
        {
            var faults = e.Flatten().InnerExceptions;
            ExceptionDispatchInfo.Throw(faults.FirstOrDefault(f => f is UserException) ?? faults[0]);
        }
    }
}
