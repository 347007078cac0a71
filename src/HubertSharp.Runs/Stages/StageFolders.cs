using HubertSharp.Runs.Files;

namespace HubertSharp.Runs.Stages;

/// <summary>
/// Looks at every folder that a pipeline will write, before anything is done: what is not empty and not ours is refused, and so is a
/// folder that is, holds or lies in what the pipeline reads.
/// </summary>
public static class StageFolders
{
    internal const string LockFile = "lock";

    /// <param name="folder">The pipeline's folder.</param>
    /// <param name="stages">All its stages.</param>
    /// <param name="read">Folders and files of the user that the pipeline reads.</param>
    /// <exception cref="UserException">The first folder that cannot be taken.</exception>
    public static void Check(string folder, IEnumerable<Stage> stages, IEnumerable<string> read)
    {
        ArgumentNullException.ThrowIfNull(stages);
        var sources = read.Select(path => (Given: path, Real: RealPath.Of(path), IsFolder: Directory.Exists(path)))
            .DistinctBy(source => source.Real).ToList();
        CheckStamps(folder, sources);
        foreach (var stage in stages)
        {
            CheckReads(stage.Folder, sources);
            CheckIsOurs(folder, stage);
        }
    }

    internal static string StampFolder(string folder) => Path.Combine(folder, "stages");

    internal static string StampPath(string folder, string stage) => Path.Combine(StampFolder(folder), $"{stage}.json");

    private static void CheckStamps(string folder, List<(string, string, bool)> sources)
    {
        var stamps = StampFolder(folder);
        CheckReads(stamps, sources);
        if (Path.Exists(stamps) && !File.Exists(Path.Combine(stamps, LockFile)) && !IsEmptyFolder(stamps))
            throw StageFaults.NotOurs(stamps);
    }

    private static void CheckReads(string folder, List<(string Given, string Real, bool IsFolder)> sources)
    {
        var real = RealPath.Of(folder);
        foreach (var (given, source, isFolder) in sources)
        {
            if (real == source
                || Above(source).Any(up => RealPath.IsSame(up, real))
                || (isFolder && Above(real).Any(up => RealPath.IsSame(up, source))))
                throw StageFaults.HoldsSource(folder, given);
        }
    }

    private static void CheckIsOurs(string folder, Stage stage)
    {
        var isKnown = File.Exists(stage.MadePath) || StageStamp.TryRead(StampPath(folder, stage.Name)) is not null;
        var place = new FileInfo(stage.Folder);
        if (place.Exists
            || place.LinkTarget is not null
            || (!isKnown && Directory.Exists(stage.Folder) && !IsEmptyFolder(stage.Folder) && !stage.IsOurs()))
            throw StageFaults.NotOurs(stage.Folder);
        if (!isKnown && stage.Beside.FirstOrDefault(Path.Exists) is { } beside)
            throw StageFaults.NotOurs(beside);
    }

    private static bool IsEmptyFolder(string path) => Directory.Exists(path) && !Directory.EnumerateFileSystemEntries(path).Any();

    /// <summary>The path itself and every folder that it lies in.</summary>
    private static IEnumerable<string> Above(string path)
    {
        for (var up = path; up is not null; up = Path.GetDirectoryName(up))
            yield return up;
    }
}
