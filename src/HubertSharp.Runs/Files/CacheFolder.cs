namespace HubertSharp.Runs.Files;

/// <summary>
/// Where downloads are kept, and what can be made anew: <c>HUBERTSHARP_CACHE</c>, else <c>hubertsharp</c> in the user's cache folder.
/// </summary>
public static class CacheFolder
{
    /// <summary>The folder of one part of the program; it may not exist yet.</summary>
    public static string For(string name) => Path.Combine(Root(), name);

    private static string Root()
    {
        if (Environment.GetEnvironmentVariable("HUBERTSHARP_CACHE") is { Length: > 0 } chosen)
            return Path.GetFullPath(chosen);
        if (Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } caches)
            return Path.Combine(Path.GetFullPath(caches), "hubertsharp");
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return home.Length > 0 ? Path.Combine(home, ".cache", "hubertsharp") : Path.Combine(Path.GetTempPath(), "hubertsharp-cache");
    }
}
