using HubertSharp.Runs;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Training.Checkpoints;

/// <summary>
/// The checkpoints of one run: folders <c>update_000010000</c>, each written beside its place under a name that begins with a dot and
/// renamed into it when complete, so that a kill at any instant leaves only whole ones. <c>state.json</c> comes last and holds the
/// hash of every other file and of itself. What is to be removed gets a dotted name first, too, and only once the new one is on the
/// disk. One process and one thread at a time.
/// </summary>
/// <remarks>Memory: at most 32 bytes per byte of the file, and 1 MiB.</remarks>
internal sealed class CheckpointStore
{
    private const string Dying = ".old";

    /// <summary>What every checkpoint has, for one whose list is gone.</summary>
    private static readonly string[] KnownFiles = [CheckpointFiles.Weights, CheckpointFiles.Description, CheckpointFiles.Optimizer];

    private readonly string _folder;
    private readonly CheckpointConfig _config;

    public CheckpointStore(string folder, CheckpointConfig config)
    {
        _folder = folder;
        _config = config;
    }

    /// <summary>Makes a link with a text in it; tests put a file system without links in its place.</summary>
    internal Func<string, string, bool> MakeLink { get; init; } = FileCalls.TrySymbolicLink;

    /// <summary>The complete-looking checkpoint folders, newest first.</summary>
    public IReadOnlyList<string> Folders() => [.. CheckpointFiles.Whole(_folder).Reverse().Select(f => f.Path)];

    /// <summary>The states of the checkpoints whose state can be read, newest first.</summary>
    public IReadOnlyList<CheckpointState> States() => [.. Folders().Select(TryReadState).OfType<CheckpointState>()];

    /// <summary>
    /// Writes a checkpoint, points <c>checkpoint_last</c> and <c>checkpoint_best</c> to it, and removes those that are not to be kept.
    /// </summary>
    /// <param name="state">The state without file hashes.</param>
    /// <param name="writeTensors">Writes the other files into the folder that it is given.</param>
    /// <returns>The checkpoint's folder.</returns>
    /// <exception cref="UserException">It cannot be written; the checkpoints that are there stay as they are.</exception>
    public string Save(CheckpointState state, Action<string> writeTensors)
    {
        var target = Path.Combine(_folder, CheckpointFiles.NameOf(state.Update));
        try
        {
            ClearLeftovers();
            AtomicFolder.WriteLocked(target, partial =>
            {
                writeTensors(partial);
                var hashes = Directory.GetFiles(partial).ToDictionary(f => Path.GetFileName(f), FileFingerprint.WholeOf);
                CheckpointStateFile.Write(partial, state with { Files = hashes });
            }, () => MakeRoom(target));
        }
        catch (Exception e) when (e is UserException or IOException or UnauthorizedAccessException)
        {
            throw CheckpointFaults.CannotSave(target, Folders().FirstOrDefault(f => f != target), WriteFaults.Of(target, e));
        }
        try
        {
            if (!_config.NoLastCheckpoints)
                Point(CheckpointFiles.Last, target);
            if (state.BestUpdate == state.Update)
                Point(CheckpointFiles.Best, target);
            DiskSync.FlushFolder(_folder);
            foreach (var update in CheckpointRetention.Superfluous(States(), _config))
                Remove(Path.Combine(_folder, CheckpointFiles.NameOf(update)));
            return target;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CheckpointFaults.NotTidied(target, WriteFaults.Of(_folder, e));
        }
    }

    /// <summary>
    /// The newest checkpoint that can be read, or null when there is none at all. Damaged ones are told of, passed over, and put
    /// aside under another name once a whole one is found.
    /// </summary>
    /// <param name="notice">Told of damaged ones.</param>
    /// <param name="putsAside">Whether this process writes the run; another one reads it alone.</param>
    /// <exception cref="UserException">There are checkpoints, and none can be read; or another version wrote them.</exception>
    public (string Folder, CheckpointState State)? Newest(Action<string>? notice, bool putsAside = true)
    {
        var damaged = new List<(string Folder, UserException Damage)>();
        // one without state.json is damaged: kills leave dotted names alone
        foreach (var (_, folder) in CheckpointFiles.Folders(_folder).Reverse())
        {
            var (state, damage) = TryRead(folder);
            if (state is not null)
            {
                foreach (var (other, why) in putsAside ? damaged : [])
                {
                    var aside = PutAside(other);
                    notice?.Invoke($"warning: {why.Message}; it is put aside as {aside}, and the checkpoint before it is taken");
                }
                return (folder, state);
            }
            damaged.Add((folder, damage!));
        }
        return damaged.Count == 0 ? null : throw CheckpointFaults.NoUsableCheckpoint(_folder, damaged[^1].Damage.Message);
    }

    /// <summary>Reads and verifies one checkpoint's state.</summary>
    /// <exception cref="UserException">Damaged, or written by another version.</exception>
    public static CheckpointState Read(string folder)
    {
        var (state, damage) = TryRead(folder);
        return state ?? throw damage!;
    }

    private static (CheckpointState? State, UserException? Damage) TryRead(string folder)
    {
        try
        {
            var (state, damage) = CheckpointStateFile.TryRead(folder);
            foreach (var (name, hash) in state?.Files ?? new Dictionary<string, string>())
            {
                var file = Path.Combine(folder, Path.GetFileName(name));
                if (!File.Exists(file))
                    return (null, CheckpointFaults.DamagedCheckpoint(file, "no such file"));
                if (SideFiles.Obstacle(file) is { } obstacle)
                    return (null, CheckpointFaults.DamagedCheckpoint(file, obstacle));
                if (FileFingerprint.WholeOf(file) != hash)
                    return (null, CheckpointFaults.DamagedCheckpoint(file, "content that is not what was written"));
            }
            return (state, damage);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, CheckpointFaults.DamagedCheckpoint(folder, e.Message));
        }
    }

    private string PutAside(string folder)
    {
        var aside = Path.Combine(_folder, $"damaged_{Path.GetFileName(folder)}");
        try
        {
            return Owned.MoveBeside(folder, aside);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw WriteFaults.Of(aside, e);
        }
    }

    /// <summary>Removes what a killed process left half written or half deleted; the run's lock says that it is dead.</summary>
    private void ClearLeftovers()
    {
        if (!Directory.Exists(_folder))
            return;
        AtomicFolder.ClearLocked(_folder, name => CheckpointFiles.UpdateOf(name) is not null);
        foreach (var dying in Directory.GetDirectories(_folder, $".*{Dying}")
            .Where(path => CheckpointFiles.UpdateOf(Path.GetFileName(path)[1..^Dying.Length]) is not null))
            End(dying);
    }

    // something is there only when the run went back behind it
    private void MakeRoom(string target)
    {
        Remove(target);
        if (Path.Exists(target))
            Owned.MoveBeside(target, Path.Combine(_folder, $"kept_{Path.GetFileName(target)}")); // what is left in it is not ours
    }

    // a kill while a folder is being deleted must not leave half a checkpoint under its name
    private static void Remove(string folder)
    {
        if (!Directory.Exists(folder))
            return;
        var dying = Path.Combine(Path.GetDirectoryName(folder)!, $".{Path.GetFileName(folder)}{Dying}");
        if (Path.Exists(dying))
            End(dying);
        Directory.Move(folder, dying);
        End(dying);
    }

    // its own files alone, the list of them last; what somebody else put into the folder comes back under the folder's name
    private static void End(string dying)
    {
        Owned.DeleteListed(dying, (TryReadState(dying)?.Files?.Keys ?? []).Concat(KnownFiles).Append(CheckpointFiles.State));
        if (!Owned.DeleteIfEmpty(dying))
            Owned.MoveBeside(dying, Path.Combine(Path.GetDirectoryName(dying)!, Path.GetFileName(dying)[1..^Dying.Length]));
    }

    // without hashing gigabytes; null when damaged
    private static CheckpointState? TryReadState(string folder)
    {
        try
        {
            return CheckpointStateFile.TryRead(folder).State;
        }
        catch (UserException)
        {
            return null; // of another version
        }
    }

    // a relative link, renamed into place: the run folder can be moved, and the name never points nowhere
    private void Point(string name, string target)
    {
        if (OperatingSystem.IsWindows())
            return; // links need a privilege there; the newest folder is the last one all the same
        var temporary = Path.Combine(_folder, $".{name}.partial");
        Owned.DeleteLocked(temporary);
        var place = Path.Combine(_folder, name);
        if (!MakeLink(temporary, Path.GetFileName(target)))
            CheckpointPointer.Write(temporary, Path.GetFileName(target)); // a file system without links
        if (FileCalls.Identity(place) is not null && !CheckpointPointer.IsOne(place)) // a copy by a tool that follows links, say
            Owned.MoveAside(place);
        Owned.PublishPointer(temporary, place);
    }
}
