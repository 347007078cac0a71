using HubertSharp.Interop.HuggingFace;
using HubertSharp.Models;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Transcripts;

namespace HubertSharp.Interop;

/// <summary>
/// What the user has in a model's folder that a new model replaces. Before the folders change names, every such thing gets a second name
/// (a hard link) in the new one, subfolders file by file: at every moment, whatever is killed, it is at its place.
/// </summary>
internal static class UsersFiles
{
    private static readonly string[] ModelFiles =
        [.. HuggingFaceReader.FileNames, ModelDescription.FileName, TextRules.FileName, TokenizerMark.TorchName];

    /// <summary>Whether a thing that lies directly in a model's folder is none of a model's files.</summary>
    public static bool IsOne(string path) => !ModelFiles.Contains(Path.GetFileName(path));

    /// <summary>What is called like a model's file must be one to be replaced.</summary>
    /// <exception cref="Runs.UserException">It is something else.</exception>
    public static void CheckNames(string folder)
    {
        if (!Directory.Exists(folder))
            return;
        foreach (var file in Directory.GetFileSystemEntries(folder).Where(entry => !IsOne(entry)))
            OutputKind.OfModelFile(file).PlaceOf(file);
    }

    /// <summary>Gives everything of the user's a second name in the new folder; what is taken there gets <c>NAME.1</c>.</summary>
    /// <exception cref="Runs.UserException">Something cannot have one; nothing has been changed in the user's folder.</exception>
    public static void Link(string place, string written)
    {
        foreach (var entry in Directory.GetFileSystemEntries(place).Where(IsOne))
            Link(entry, Free(entry, Path.Combine(written, Path.GetFileName(entry))), place);
    }

    /// <summary>Whether everything of the user's in a folder that was replaced is at the place too.</summary>
    public static bool AreAt(string place, string old) => Directory.GetFileSystemEntries(old).Where(IsOne)
        .All(entry => Directory.GetFileSystemEntries(place, $"{Path.GetFileName(entry)}*").Any(there => IsAt(entry, there)));

    private static void Link(string entry, string second, string place)
    {
        if (!IsFolder(entry))
        {
            if (!FileCalls.TryLink(entry, second))
                throw InteropFaults.CannotKeep(place, Path.GetRelativePath(place, entry));
            return;
        }
        Directory.CreateDirectory(second);
        foreach (var inside in Directory.GetFileSystemEntries(entry))
            Link(inside, Path.Combine(second, Path.GetFileName(inside)), place);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(second, File.GetUnixFileMode(entry));
    }

    private static bool IsAt(string entry, string there) => IsFolder(entry)
        ? IsFolder(there)
            && Directory.GetFileSystemEntries(entry).All(inside => IsAt(inside, Path.Combine(there, Path.GetFileName(inside))))
        : RealPath.IsSame(entry, there);

    private static string Free(string entry, string wanted)
    {
        var free = wanted;
        for (var number = 1; FileCalls.Identity(free) is not null && !RealPath.IsSame(entry, free); number++)
            free = $"{wanted}.{number}";
        return free;
    }

    private static bool IsFolder(string path) => new DirectoryInfo(path) is { Exists: true, LinkTarget: null };
}
