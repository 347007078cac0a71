using System.Text.RegularExpressions;

namespace HubertSharp.Runs.Files;

#pragma warning disable RS0030 // this is the one place that removes and replaces: everywhere else the analyzer forbids it

/// <summary>
/// The one door through which the program removes or replaces anything. Every way says why the thing is ours, and checks it: what a
/// user put somewhere is never removed. Links are removed, never followed. A test lists the callers.
/// </summary>
public static partial class Owned
{
    /// <summary>
    /// Ours by name and process: a working file or folder of this process, or one whose process is dead. Nothing when it is gone.
    /// </summary>
    public static void DeleteWork(string path)
    {
        if (!WorkName.IsOwn(path) && !WorkName.IsLeft(path))
            throw NotOurs(path, "no working name of this process");
        Remove(path);
    }

    /// <summary>Ours by place: a file in a working folder of this process.</summary>
    public static void DeleteWithin(string workFolder, string path)
    {
        if (!WorkName.IsOwn(workFolder) || !IsBelow(path, workFolder))
            throw NotOurs(path, "not in a working folder of this process");
        Remove(path);
    }

    /// <summary>
    /// Ours by name and lock: what only the process that holds a run's lock writes (<c>.update_000000100.partial</c>, half a checkpoint).
    /// </summary>
    public static void DeleteLocked(string path)
    {
        if (!LockedName().IsMatch(Path.GetFileName(path)))
            throw NotOurs(path, "no name of a checkpoint at work");
        Remove(path);
    }

    /// <summary>
    /// Ours by a list that was written when they were made: these files below the folder, and the subfolders that they leave empty.
    /// What has become a link or a folder since, or lies behind a link, is somebody else's and stays.
    /// </summary>
    /// <param name="folder">The folder; it stays.</param>
    /// <param name="files">Paths below it; one that is gone is passed over.</param>
    public static void DeleteListed(string folder, IEnumerable<string> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var emptied = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in files)
        {
            var path = Path.GetFullPath(Path.Combine(folder, name));
            if (!IsBelow(path, folder) || IsBehindLink(folder, path) || Attributes(path) is not { } attributes
                || (attributes & (FileAttributes.Directory | FileAttributes.ReparsePoint)) != 0)
                continue;
            File.Delete(path);
            for (var up = Path.GetDirectoryName(path)!; IsBelow(up, folder); up = Path.GetDirectoryName(up)!)
                emptied.Add(up);
        }
        foreach (var below in emptied.OrderByDescending(path => path.Length))
            DeleteIfEmpty(below);
    }

    /// <summary>Nobody's: an empty folder. False when something is in it, or it is none.</summary>
    public static bool DeleteIfEmpty(string folder)
    {
        if (Attributes(folder) is not { } attributes || (attributes & FileAttributes.ReparsePoint) != 0
            || (attributes & FileAttributes.Directory) == 0 || Directory.EnumerateFileSystemEntries(folder).Any())
            return false;
        Directory.Delete(folder);
        return true;
    }

    /// <summary>Gives a finished working file its place, over the file that the user asked to have written anew.</summary>
    /// <param name="work">A file with a working name, or in a folder with one.</param>
    /// <param name="place">Where it goes.</param>
    public static void Publish(string work, string place)
    {
        if (!WorkName.IsOne(work) && !WorkName.IsOne(Path.GetDirectoryName(Path.GetFullPath(work))!))
            throw NotOurs(work, "no working file");
        if (FileStatus.KindOf(place) is { IsRegular: false, IsFolder: false } kind)
            throw new IOException($"'{place}' is {kind.Name}"); // somebody reads it, or it is the system's
        File.Move(work, place, overwrite: true);
    }

    /// <summary>Points a link of ours to another place, or the file that stands for it; a folder stays, and is a fault.</summary>
    /// <param name="work">The new link, under a name of a checkpoint at work.</param>
    /// <param name="place">The link's name; what stands there is a link, or a file that the caller knows as its own.</param>
    public static void PublishPointer(string work, string place)
    {
        if (!LockedName().IsMatch(Path.GetFileName(work)))
            throw NotOurs(work, "no name of a checkpoint at work");
        if (!PointerName().IsMatch(Path.GetFileName(place)))
            throw NotOurs(place, "no name of a link to a checkpoint");
        RenameLink(work, place);
    }

    /// <summary>
    /// Keeps what is there under another name, the first free of <c>NAME.1</c>, <c>NAME.2</c>, ...: nobody's data are lost.
    /// </summary>
    /// <returns>The new path.</returns>
    public static string MoveAside(string path) => MoveBeside(path, path);

    /// <summary>
    /// Moves a file, link or folder to a place, or where that is taken to the first free of <c>PLACE.1</c>, <c>PLACE.2</c>, ...
    /// </summary>
    /// <returns>Where it is now.</returns>
    public static string MoveBeside(string path, string place)
    {
        path = Path.TrimEndingDirectorySeparator(path);
        place = Path.TrimEndingDirectorySeparator(place);
        var free = place;
        for (var number = 1; Attributes(free) is not null; number++)
            free = $"{place}.{number}";
        var attributes = Attributes(path) ?? 0;
        if ((attributes & FileAttributes.ReparsePoint) != 0)
            RenameLink(path, free);
        else if ((attributes & FileAttributes.Directory) != 0)
            Directory.Move(path, free);
        else
            File.Move(path, free);
        return free;
    }

    // File.Move refuses a link to a folder
    private static void RenameLink(string link, string place)
    {
        if (!FileCalls.TryRename(link, place))
            throw new IOException($"cannot rename {link}");
    }

    private static void Remove(string path)
    {
        if (Attributes(path) is not { } attributes)
            return;
        if ((attributes & FileAttributes.Directory) == 0 || (attributes & FileAttributes.ReparsePoint) != 0)
            File.Delete(path); // of a link the link alone
        else
            RemoveTree(new DirectoryInfo(path));
    }

    private static void RemoveTree(DirectoryInfo folder)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo below && (entry.Attributes & FileAttributes.ReparsePoint) == 0)
                RemoveTree(below);
            else
                File.Delete(entry.FullName);
        }
        Directory.Delete(folder.FullName);
    }

    private static bool IsBelow(string path, string folder) => RealPath.IsBelow(Path.GetFullPath(path), Path.GetFullPath(folder));

    private static bool IsBehindLink(string folder, string path)
    {
        for (var up = Path.GetDirectoryName(path)!; IsBelow(up, folder); up = Path.GetDirectoryName(up)!)
        {
            if (Attributes(up) is { } attributes && (attributes & FileAttributes.ReparsePoint) != 0)
                return true;
        }
        return false;
    }

    /// <summary>Of the thing itself, not of what a link names; null when it is not there.</summary>
    private static FileAttributes? Attributes(string path)
    {
        try
        {
            return File.GetAttributes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static InvalidOperationException NotOurs(string path, string why) => new($"'{path}' is not ours to remove: {why}");

    [GeneratedRegex(@"\A\.(update_\d{9,18}\.(partial|old)|checkpoint_(last|best)\.partial)\z")]
    private static partial Regex LockedName();

    [GeneratedRegex(@"\Acheckpoint_(last|best)\z")]
    private static partial Regex PointerName();
}
