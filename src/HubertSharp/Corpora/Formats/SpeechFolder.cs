using System.IO.Enumeration;

namespace HubertSharp.Corpora.Formats;

/// <summary>Walks a folder tree. Links to folders are followed, as fairseq's script does, but not in circles.</summary>
internal static class SpeechFolder
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };

    /// <summary>
    /// Files below a root that a test accepts, as relative paths with forward slashes in ordinal order. A folder whose name is no UTF-8
    /// cannot be walked; it stands there with a slash behind its name.
    /// </summary>
    public static List<string> Find(string root, Func<string, bool> accepts, CancellationToken cancellation)
    {
        List<string> found = [.. Walk(root, accepts, cancellation)];
        found.Sort(StringComparer.Ordinal);
        return found;
    }

    /// <summary>The same as they come.</summary>
    public static IEnumerable<string> Walk(string root, Func<string, bool> accepts, CancellationToken cancellation)
    {
        var waiting = new Stack<string>([root]);
        while (waiting.TryPop(out var folder))
        {
            cancellation.ThrowIfCancellationRequested();
            // the kind comes from the folder: a name that is no UTF-8 cannot be asked for it
            foreach (var (path, isFolder) in new FileSystemEnumerable<(string, bool)>(
                folder, (ref entry) => (entry.ToFullPath(), entry.IsDirectory), Everything))
            {
                if (isFolder && !CheckedFile.IsUtf8(path))
                    yield return Path.GetRelativePath(root, path) + "/";
                else if (isFolder && !LeadsBack(new DirectoryInfo(path)))
                    waiting.Push(path);
                else if (!isFolder && accepts(Path.GetFileName(path)))
                    yield return Path.GetRelativePath(root, path);
            }
        }
    }

    /// <summary>The files that lie in a folder itself, absolute, in ordinal order; what cannot be looked into has none.</summary>
    public static string[] FilesIn(string folder) =>
        [.. Directory.GetFiles(folder, "*", new EnumerationOptions()).Where(CheckedFile.IsUtf8).Order(StringComparer.Ordinal)];

    /// <summary>The folders in a folder, absolute, in ordinal order; those whose names are no UTF-8 cannot be walked.</summary>
    public static string[] FoldersIn(string folder) =>
        [.. Directory.GetDirectories(folder, "*", new EnumerationOptions()).Where(CheckedFile.IsUtf8).Order(StringComparer.Ordinal)];

    /// <summary>The files of a test in a folder itself, or where it has none those in the folders in it.</summary>
    public static List<string> ListsIn(string root, Func<string, bool> accepts)
    {
        List<string> top = [.. FilesIn(root).Where(accepts)];
        return top.Count > 0 ? top : [.. FoldersIn(root).SelectMany(FilesIn).Where(accepts)];
    }

    /// <summary>Whether a name ends in one of the endings (without dot), letter case ignored.</summary>
    public static bool HasEnding(string name, IReadOnlyList<string> extensions) =>
        extensions.Any(e => name.EndsWith("." + e, StringComparison.OrdinalIgnoreCase));

    // A link to a folder that contains the link would be walked for ever.
    private static bool LeadsBack(FileSystemInfo folder) =>
        folder.LinkTarget is not null && (folder.ResolveLinkTarget(returnFinalTarget: true) is not { Exists: true } target
            || (folder.FullName + Path.DirectorySeparatorChar)
                .StartsWith(target.FullName.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal));
}
