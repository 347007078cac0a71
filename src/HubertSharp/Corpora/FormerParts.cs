using HubertSharp.Runs;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Corpora;

/// <summary>
/// Parts that an earlier split left in the folder and the new one does not write: with files of the new parts in them they would be
/// taken for its own, and training would hear what it is validated on. They are kept under another name.
/// </summary>
internal static class FormerParts
{
    private static readonly string[] s_names = ["train", "valid", "test"];
    private static readonly string[] s_endings = ["tsv", "wrd", "ltr"];

    /// <summary>Moves aside what the parts of these names do not replace and what names one of the files that are written.</summary>
    public static void MoveAside(string output, string root, IReadOnlyList<string> written, Func<string, bool> isWritten)
    {
        foreach (var name in s_names.Except(written).Where(name => Overlaps(Path.Combine(output, $"{name}.tsv"), root, isWritten)))
        {
            foreach (var path in s_endings.Select(ending => Path.Combine(output, $"{name}.{ending}")).Where(File.Exists))
                Owned.MoveAside(path);
        }
    }

    private static bool Overlaps(string path, string root, Func<string, bool> isWritten)
    {
        try
        {
            return File.Exists(path) && Manifest.Read(path) is var former && former.Root == root
                && former.Entries.Any(entry => isWritten(entry.RelativePath));
        }
        catch (UserException)
        {
            return false; // no manifest: somebody's own file
        }
    }
}
