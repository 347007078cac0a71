namespace HubertSharp.Dashboard.Runs;

/// <summary>Finds the run folders below the root; looks again when asked after a while, so that new runs appear by themselves.</summary>
internal sealed class RunCatalog(string root, TimeProvider clock)
{
    public const int MaximumRuns = 500;
    private const int MaximumDepth = 8;
    private const int MaximumFolders = 20_000;
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);
    private static readonly EnumerationOptions Plain = new() { AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Hidden, IgnoreInaccessible = true };

    private readonly Lock _lock = new();
    private IReadOnlyList<RunEntry> _runs = [];
    private long? _scanned;

    public string Root { get; } = Path.GetFullPath(root);

    /// <summary>The runs by name.</summary>
    public IReadOnlyList<RunEntry> Runs
    {
        get
        {
            lock (_lock)
            {
                if (_scanned is not { } scanned || clock.GetElapsedTime(scanned) >= Fresh) // not the time of day: it can be set back
                {
                    _runs = Scan();
                    _scanned = clock.GetTimestamp();
                }
                return _runs;
            }
        }
    }

    public RunEntry? Find(string? id) => Runs.FirstOrDefault(r => r.Id == id);

    private List<RunEntry> Scan()
    {
        var runs = new List<RunEntry>();
        var open = new Queue<(string Folder, int Depth)>([(Root, 0)]);
        for (var seen = 0; seen < MaximumFolders && runs.Count < MaximumRuns && open.TryDequeue(out var at); seen++)
        {
            if (IsRun(at.Folder))
                runs.Add(new RunEntry(NameOf(at.Folder), at.Folder));
            else if (at.Depth < MaximumDepth && Directory.Exists(at.Folder))
            {
                foreach (var below in Directory.EnumerateDirectories(at.Folder, "*", Plain))
                    open.Enqueue((below, at.Depth + 1));
            }
        }
        return [.. runs.OrderBy(r => r.Name, StringComparer.Ordinal)];
    }

    private static bool IsRun(string folder) =>
        SafePath.File(folder, "metrics.jsonl") is not null || (SafePath.File(folder, "config.yaml") is not null && SafePath.File(folder, "environment.json") is not null);

    private string NameOf(string folder) =>
        folder == Root ? Path.GetFileName(Path.TrimEndingDirectorySeparator(Root)) is { Length: > 0 } name ? name : "run" : Path.GetRelativePath(Root, folder).Replace('\\', '/');
}
