using System.Collections.Concurrent;

namespace HubertSharp.Runs.Files;

/// <summary>Removes what killed processes left half written, wherever this one writes.</summary>
internal static class Leftovers
{
    private static readonly ConcurrentDictionary<string, bool> s_cleared = new(StringComparer.Ordinal);

    /// <summary>Clears a folder of what dead processes of this user left there; what cannot be removed stays.</summary>
    public static void Clear(string folder)
    {
        foreach (var path in Find(folder).Where(WorkName.IsLeft))
        {
            try
            {
                if (FileCalls.Identity(path) is { } identity && identity.Owner == FileCalls.User())
                    Owned.DeleteWork(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // it is in nobody's way
            }
        }
    }

    /// <summary>Clears a folder at the first file that this process writes there.</summary>
    public static void ClearOnce(string folder)
    {
        if (s_cleared.TryAdd(folder, true))
            Clear(folder);
    }

    /// <summary>What lies in a folder under a working name.</summary>
    public static IReadOnlyList<string> Find(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(folder, ".*-*-*"),
                .. Directory.EnumerateFileSystemEntries(folder, "*.partial")];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
