using System.Text;
using HubertSharp.Runs.Files;

namespace HubertSharp.Corpora;

/// <summary>A manifest, or lines that go with one, in a folder that may hold others.</summary>
internal static class ListFile
{
    /// <summary>Writes a list, or none when it is empty; one that says something else, of an earlier time or of the user's own, is kept
    /// under another name.</summary>
    /// <exception cref="Runs.UserException">The disk is full or the folder cannot be written.</exception>
    public static void Write(string path, string text)
    {
        if (File.Exists(path)
            && !(new FileInfo(path).Length == Encoding.UTF8.GetByteCount(text) && RegularFile.ReadAllText(path, long.MaxValue) == text))
            Owned.MoveAside(path);
        if (text.Length > 0)
            AtomicFile.WriteAllText(path, text);
    }
}
