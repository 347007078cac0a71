using System.IO.Enumeration;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Dashboard.Runs;

/// <summary>
/// Finds the run folders below the root; looks again when asked after a while, so that new runs appear by themselves. A folder with
/// millions of entries, or one that does not answer, costs a bounded time and leaves the runs that are known.
/// </summary>
internal sealed class RunCatalog(string root, TimeProvider clock)
{
    public const int MaximumRuns = 500;
    private const int MaximumDepth = 8;
    private const int MaximumFolders = 20_000;
    private const int MaximumEntries = 50_000; // of one folder
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly EnumerationOptions Plain = new()
    {
        AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Hidden,
        IgnoreInaccessible = true,
    };

    private readonly Lock _lock = new();
    private IReadOnlyList<RunEntry>? _runs;
    private Task? _scan;
    private long _begun;
    private long _done;

    public string Root { get; } = Path.GetFullPath(root);

    /// <summary>The runs by name.</summary>
    public IReadOnlyList<RunEntry> Runs
    {
        get
        {
            Task? scan;
            TimeSpan left;
            lock (_lock)
            {
                if (_scan is null && (_runs is null || clock.GetElapsedTime(_done) >= Fresh))
                {
                    _begun = clock.GetTimestamp();
                    _scan = Task.Factory.StartNew(Scan, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                }
                scan = _scan;
                left = Patience - clock.GetElapsedTime(_begun);
            }
            if (left > TimeSpan.Zero)
                scan?.Wait(left);
            return _runs ?? [];
        }
    }

    /// <summary>The last look came to an end before everything was seen.</summary>
    public bool IsIncomplete { get; private set; }

    public RunEntry? Find(string? id) => Runs.FirstOrDefault(r => r.Id == id);

    private void Scan()
    {
        var (found, isIncomplete) = (new Dictionary<string, RunEntry>(StringComparer.Ordinal), false);
        try
        {
            isIncomplete = Look(found);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            isIncomplete = true; // the root is gone, or a disk fails
        }
        if (isIncomplete)
        {
            foreach (var known in (_runs ?? []).Where(r => found.Count < MaximumRuns && !found.ContainsKey(r.Id) && IsRun(r.Folder)))
                found.Add(known.Id, known);
        }
        lock (_lock)
        {
            _runs = [.. found.Values.OrderBy(r => r.Name, StringComparer.Ordinal)];
            (IsIncomplete, _scan, _done) = (isIncomplete, null, clock.GetTimestamp());
        }
    }

    private bool Look(Dictionary<string, RunEntry> found)
    {
        var (begun, isCut) = (clock.GetTimestamp(), false);
        var open = new Queue<(string Folder, int Depth)>([(Root, 0)]);
        var seen = 0;
        while (open.TryDequeue(out var at))
        {
            if (++seen > MaximumFolders || found.Count >= MaximumRuns || clock.GetElapsedTime(begun) > Budget)
                return true;
            if (IsRun(at.Folder))
            {
                var run = RunEntry.At(Root, at.Folder);
                found.TryAdd(run.Id, run);
            }
            else if (at.Depth < MaximumDepth && Directory.Exists(at.Folder))
            {
                var entries = 0;
                foreach (var below in new FileSystemEnumerable<string?>(at.Folder, (ref e) => e.IsDirectory ? e.ToFullPath() : null, Plain))
                {
                    if (++entries > MaximumEntries || open.Count > 2 * MaximumFolders || clock.GetElapsedTime(begun) > Budget)
                    {
                        isCut = true;
                        break;
                    }
                    if (below is not null)
                        open.Enqueue((below, at.Depth + 1));
                }
            }
        }
        return isCut;
    }

    private static bool IsRun(string folder) =>
        SafePath.File(folder, RunFolder.MetricsName) is not null
        || (SafePath.File(folder, RunFolder.ConfigName) is not null && SafePath.File(folder, RunFolder.EnvironmentName) is not null);
}
