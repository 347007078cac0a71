using System.Text;
using System.Text.Json;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;

namespace HubertSharp.Corpora;

/// <summary>
/// Files kept in the cache with the list of what they are, <c>files.json</c>: hash of each file, target of each link. They are used
/// again only when nothing is missing, changed or added.
/// </summary>
internal static class UnpackedFolder
{
    private const string List = "files.json", Files = "files";
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    /// <summary>Where the files lie.</summary>
    public static string FilesOf(string folder) => Path.Combine(folder, Files);

    /// <summary>Writes the list of what is there now.</summary>
    public static void Seal(string folder) => AtomicFile.WriteAllText(Path.Combine(folder, List), Describe(folder));

    /// <summary>Whether the folder holds exactly what it held when it was sealed.</summary>
    public static bool IsWhole(string folder)
    {
        var list = new FileInfo(Path.Combine(folder, List));
        try
        {
            // neither may be a link to something outside
            return list is { Exists: true, LinkTarget: null } && new DirectoryInfo(FilesOf(folder)) is { Exists: true, LinkTarget: null }
                && Describe(folder) is var now
                && list.Length == Encoding.UTF8.GetByteCount(now)
                && RegularFile.ReadAllText(list.FullName, list.Length) == now;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or UserException)
        {
            return false;
        }
    }

    private static string Describe(string folder)
    {
        var files = new DirectoryInfo(FilesOf(folder));
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var every = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.None,
            IgnoreInaccessible = false,
        };
        foreach (var entry in files.EnumerateFileSystemInfos("*", every)) // links to folders are not followed
        {
            var name = Path.GetRelativePath(files.FullName, entry.FullName);
            found[name] = entry.LinkTarget is { } target ? $"link {target}"
                : entry is DirectoryInfo ? "folder"
                : FileFingerprint.WholeOf(entry.FullName);
        }
        return JsonSerializer.Serialize(found, Json) + "\n";
    }
}
