using System.Text;
using HubertSharp.Runs.Files;

namespace HubertSharp.Corpora;

/// <summary>A manifest, or lines that go with one, in a folder that may hold others.</summary>
internal static class ListFile
{
    /// <summary>Writes a list, or none when it is empty; one that says something else, of an earlier time or of the user's own, is kept
    /// under another name.</summary>
    /// <param name="path">The list.</param>
    /// <param name="lines">With their ends; asked for more than once.</param>
    /// <exception cref="Runs.UserException">The disk is full or the folder cannot be written.</exception>
    public static void Write(string path, IEnumerable<string> lines)
    {
        if (File.Exists(path) && !IsSame(path, lines))
            Owned.MoveAside(path);
        if (!lines.Any())
            return;
        AtomicFile.Write(path, stream =>
        {
            using var writer = new StreamWriter(stream, bufferSize: 1 << 16, leaveOpen: true);
            foreach (var line in lines)
                writer.Write(line);
        });
    }

    private static bool IsSame(string path, IEnumerable<string> lines)
    {
        using var there = RegularFile.OpenRead(path, bufferSize: 1 << 16);
        var found = Array.Empty<byte>();
        foreach (var line in lines)
        {
            var wanted = Encoding.UTF8.GetBytes(line);
            if (found.Length < wanted.Length)
                found = new byte[wanted.Length];
            var read = there.ReadAtLeast(found.AsSpan(0, wanted.Length), wanted.Length, throwOnEndOfStream: false);
            if (!found.AsSpan(0, read).SequenceEqual(wanted))
                return false;
        }
        return there.ReadByte() < 0;
    }
}
