using HubertSharp.Runs.Files;

namespace HubertSharp.Runs.Stages;

/// <summary>
/// What lies in a stage's folder, and whose it is. The stage's own files are on a list in the folder, written when the stage ends in any
/// order; only they are ever removed. After a kill nothing is listed, and what is there is written over or stays.
/// </summary>
internal sealed class StageContents(string pipelineFolder, Stage stage)
{
    private Dictionary<string, (long Length, DateTime Changed)> _before = [];

    public bool IsThere => Directory.Exists(stage.Folder) && Directory.EnumerateFileSystemEntries(stage.Folder).Any();

    /// <summary>Marks the folder of a complete stage that an earlier version made.</summary>
    public void Adopt(StageStamp stamp)
    {
        if (Directory.Exists(stage.Folder) && !File.Exists(stage.MadePath))
            Listed(stamp).Write(stage.MadePath);
    }

    /// <summary>For a stage that is forced: still asks, because whoever works in the folder is heard of that way.</summary>
    public string AskOnly()
    {
        _ = stage.Obstacle!(false);
        return "it runs anew, as asked";
    }

    /// <summary>
    /// Moves the whole folder to the first free of <c>NAME.1</c>, <c>NAME.2</c>, ...; returns its path below the pipeline's folder.
    /// </summary>
    public string MoveAside() => Below(Owned.MoveAside(stage.Folder));

    /// <summary>Removes what the stage made; returns what was changed since, and is kept under another name.</summary>
    public IEnumerable<(string Was, string Is)> Clear(StageStamp? stamp)
    {
        var listed = MadeFiles.TryRead(stage.MadePath) ?? (stamp is not null && !File.Exists(stage.MadePath) ? Listed(stamp) : null);
        var kept = listed?.Remove(stage.Folder) ?? [];
        return kept.Select(pair => (Below(pair.Was), Below(pair.Is)));
    }

    /// <summary>Marks the folder as the stage's, and remembers what is there and not the stage's.</summary>
    public void Begin()
    {
        new MadeFiles(stage.Name, new Dictionary<string, string>()).Write(stage.MadePath);
        _before = Files().ToDictionary(name => name, State);
    }

    /// <summary>Lists what the stage made.</summary>
    /// <param name="known">Fingerprints that are known already, by path below the pipeline's folder.</param>
    public void End(IReadOnlyDictionary<string, string> known)
    {
        var made = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (stage.Obstacle is null) // what it goes on from is never removed
        {
            foreach (var name in Files().Where(name => !_before.TryGetValue(name, out var before) || before != State(name)))
                made[name] = known.TryGetValue(Below(At(name)), out var fingerprint) ? fingerprint : FileFingerprint.Of(At(name));
        }
        new MadeFiles(stage.Name, made).Write(stage.MadePath);
    }

    /// <summary>The same for a stage that ends in a fault, which is the one to report.</summary>
    public void EndIfPossible()
    {
        try
        {
            End(new Dictionary<string, string>());
        }
        catch (Exception e) when (e is UserException or IOException or UnauthorizedAccessException)
        {
            // then nothing is known to be ours, and nothing will be removed
        }
    }

    private MadeFiles Listed(StageStamp stamp) => new(stage.Name, (stamp.Outputs ?? new Dictionary<string, string>())
        .Select(output => (Path: Path.Combine(pipelineFolder, output.Key), output.Value))
        .Where(output => RealPath.IsBelow(output.Path, stage.Folder))
        .ToDictionary(output => Path.GetRelativePath(stage.Folder, output.Path), output => output.Value));

    private IEnumerable<string> Files() => MadeFiles.In(stage.Folder).Where(name => name != Stage.MadeFile && !WorkName.IsOne(name));

    private (long, DateTime) State(string name) =>
        new FileInfo(At(name)) is { Exists: true } file ? (file.Length, file.LastWriteTimeUtc) : default;

    private string At(string name) => Path.Combine(stage.Folder, name);

    private string Below(string path) => Path.GetRelativePath(pipelineFolder, path);
}
