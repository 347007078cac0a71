namespace HubertSharp.Corpora.Formats;

/// <summary>Walks a folder tree. Links to folders are followed, as fairseq's script does, but not in circles.</summary>
internal static class SpeechFolder
{
    /// <summary>Files below a root that a test accepts, as relative paths with forward slashes in ordinal order.</summary>
    public static List<string> Find(string root, Func<string, bool> accepts, CancellationToken cancellation)
    {
        var found = new List<string>();
        var waiting = new Stack<string>([root]);
        while (waiting.TryPop(out var folder))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
            {
                if (entry.Attributes.HasFlag(FileAttributes.Directory))
                {
                    if (!LeadsBack(entry))
                        waiting.Push(entry.FullName);
                }
                else if (accepts(entry.Name))
                {
                    found.Add(Path.GetRelativePath(root, entry.FullName).Replace('\\', '/'));
                }
            }
        }
        found.Sort(StringComparer.Ordinal);
        return found;
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
