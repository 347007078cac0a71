using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;

namespace HubertSharp.Audio;

/// <summary>
/// What the walk over a file's structure found, kept for the files that were read last: a long recording that is read part by
/// part is walked once. A file that changed since is another.
/// </summary>
internal static class ProvenFiles
{
    private const int MostFiles = 256;
    private static readonly ConcurrentDictionary<(string Kind, string Path, long Length, DateTime Written), long> Found = new();

    /// <summary>What a check of the file gives, or gave; its faults are not kept.</summary>
    /// <param name="kind">The check's name: a file may pass several.</param>
    /// <param name="path">The file.</param>
    /// <param name="file">The file, open.</param>
    /// <param name="length">In bytes.</param>
    /// <param name="check">Done when nothing is known of it.</param>
    public static long Check(string kind, string path, SafeFileHandle file, long length, Func<string, SafeFileHandle, long, long> check)
    {
        var key = (kind, path, length, File.GetLastWriteTimeUtc(file));
        if (Found.TryGetValue(key, out var found))
            return found;
        found = check(path, file, length);
        if (Found.Count >= MostFiles)
            Found.Clear();
        Found[key] = found;
        return found;
    }
}
