using System.Text.RegularExpressions;
using HubertSharp.Runs.Files;

namespace HubertSharp.Runs.RunFolders;

/// <summary>
/// <c>checkpoint_last</c> and <c>checkpoint_best</c>: a link to the checkpoint's folder or, on file systems without links (vfat, some
/// network mounts), a file whose one line is the folder's name.
/// </summary>
public static partial class CheckpointPointer
{
    private const int MaximumBytes = 64;

    /// <summary>Writes the file that stands for a link.</summary>
    /// <exception cref="UserException">The disk is full or the folder cannot be written.</exception>
    public static void Write(string path, string folderName) => AtomicFile.WriteAllText(path, folderName + "\n");

    /// <summary>Whether a path is a link, or such a file: something that the next checkpoint may point elsewhere.</summary>
    public static bool IsOne(string path) => new FileInfo(path).LinkTarget is not null || Name(path) is not null;

    /// <summary>The folder that a path leads to: the one that such a file names, else the path itself.</summary>
    public static string Follow(string path) => Name(path) is { } name ? Path.Combine(Path.GetDirectoryName(path) ?? "", name) : path;

    private static string? Name(string path)
    {
        try
        {
            return Path.GetFileName(path).StartsWith("checkpoint_", StringComparison.Ordinal) && File.Exists(path)
                && Line().Match(RegularFile.ReadAllText(path, MaximumBytes)) is { Success: true } match
                ? match.Groups[1].Value
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or UserException)
        {
            return null; // something else
        }
    }

    [GeneratedRegex(@"\A(update_\d{9,18})\n?\z")]
    private static partial Regex Line();
}
