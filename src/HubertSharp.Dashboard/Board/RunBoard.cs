using System.Collections.Concurrent;
using HubertSharp.Dashboard.Runs;
using HubertSharp.Runs;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Dashboard.Board;

/// <summary>The state of every run, as the list, the page's events and the Prometheus end point show it.</summary>
internal sealed class RunBoard(RunCatalog catalog, DoctorCache doctor)
{
    private readonly ConcurrentDictionary<string, (long Length, DateTime At, LatestFigures Figures)> _figures = new();

    public IReadOnlyList<RunSummary> Summaries() => [.. catalog.Runs.Select(Summary)];

    public RunSummary Summary(RunEntry run)
    {
        var figures = Figures(run);
        if (figures is not null)
            doctor.Freshen(run, figures.LengthBytes);
        return RunSummary.Of(run, figures, doctor.Last(run));
    }

    /// <summary>Null where the run has no log, or it cannot be read.</summary>
    public LatestFigures? Figures(RunEntry run)
    {
        if (run.File(RunFolder.MetricsName) is not { } path)
            return null;
        try
        {
            var info = new FileInfo(path);
            if (_figures.TryGetValue(run.Id, out var known) && known.Length == info.Length && known.At == info.LastWriteTimeUtc)
                return known.Figures;
            var read = LatestFigures.Read(path);
            _figures[run.Id] = (info.Length, info.LastWriteTimeUtc, read);
            return read;
        }
        catch (Exception e) when (e is UserException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
