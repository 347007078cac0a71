namespace HubertSharp.Dashboard;

/// <summary>Which files may be opened: regular ones below a folder, reached through no link.</summary>
internal static class SafePath
{
    /// <summary>
    /// The file below <paramref name="root"/>, or null when the way leaves the root, passes a link, or does not end at a regular file with
    /// something in it.
    /// </summary>
    /// <param name="root">The folder; may itself be a link, because the user named it.</param>
    /// <param name="relative">Path below it, as a manifest writes it.</param>
    public static string? File(string root, string relative)
    {
        if (relative.Length == 0 || Path.IsPathRooted(relative) || relative.AsSpan().ContainsAny('\0', '\\'))
            return null;
        var current = root;
        foreach (var part in relative.Split('/'))
        {
            if (part is "" or "." or "..")
                return null;
            current = Path.Combine(current, part);
            if (IsLink(current))
                return null;
        }
        // pipes and devices have no length; opening a pipe would wait for ever
        return new FileInfo(current) is { Exists: true, Length: > 0 } ? current : null;
    }

    /// <summary>Refuses a folder's file that is there and is a link; one that is not there, or is empty, is no harm.</summary>
    /// <exception cref="HubertSharp.Runs.UserException">A link.</exception>
    public static void RefuseLink(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        if (new FileInfo(path).LinkTarget is not null)
            throw DashboardFaults.NotOfTheRun(path);
    }

    public static bool IsName(string name) =>
        name.Length > 0 && name is not ("." or "..") && !name.AsSpan().ContainsAny('/', '\\', '\0');

    private static bool IsLink(string path)
    {
        try
        {
            return (System.IO.File.GetAttributes(path) & FileAttributes.ReparsePoint) != 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true; // not there, or not ours to see
        }
    }
}
