using System.Collections.Concurrent;
using HubertSharp.Dashboard.Runs;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Dashboard.Curves;

/// <summary>The curves of the runs that somebody looks at; those that nobody asked for in a while are forgotten.</summary>
internal sealed class CurveStore(TimeProvider clock)
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<string, RunCurves> _curves = new();

    /// <summary>Null for a run without a log.</summary>
    public RunCurves? Of(RunEntry run)
    {
        foreach (var old in _curves.Where(c => clock.GetElapsedTime(c.Value.LastAsked) > Kept))
            _curves.TryRemove(old);
        return run.File(RunFolder.MetricsName) is { } path ? _curves.GetOrAdd(run.Id, _ => new RunCurves(path, clock)) : null;
    }
}
