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
    private static readonly ConcurrentDictionary<(string Path, long Length, DateTime Written), long> Found = new();

    /// <summary>What a check of the file gives, or gave; its faults are not kept.</summary>
    public static long Check(string path, SafeFileHandle file, long length, Func<string, SafeFileHandle, long, long> check)
    {
        var key = (path, length, File.GetLastWriteTimeUtc(file));
        if (Found.TryGetValue(key, out var found))
            return found;
        found = check(path, file, length);
        if (Found.Count >= MostFiles)
            Found.Clear();
        Found[key] = found;
        return found;
    }
}
