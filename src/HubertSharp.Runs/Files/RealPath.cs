namespace HubertSharp.Runs.Files;

/// <summary>Where a path really leads: every link on the way resolved, <c>..</c> and a separator at the end gone.</summary>
public static class RealPath
{
    private const int MostLinks = 40;

    /// <summary>The real path; what is not there yet is taken as it is written.</summary>
    /// <exception cref="UserException">Links that go round in a circle.</exception>
    public static string Of(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var left = new Stack<string>(Parts(Path.GetFullPath(path)));
        var real = "/";
        for (var links = 0; left.TryPop(out var part);)
        {
            var next = part == ".." ? Path.GetDirectoryName(real) ?? "/" : Path.Combine(real, part);
            if (LinkTarget(next) is not { } target)
            {
                real = next;
                continue;
            }
            if (++links > MostLinks)
                throw UserException.Create("links that go round in a circle", path, next: "correct the links, or give the folder itself");
            foreach (var step in Parts(target))
                left.Push(step);
            if (Path.IsPathRooted(target))
                real = "/";
        }
        return real;
    }

    /// <summary>Whether a path lies below a folder; both are taken as they stand.</summary>
    public static bool IsBelow(string path, string folder)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(folder);
        var start = $"{folder.TrimEnd('/')}/";
        return path.StartsWith(start, StringComparison.Ordinal) && path.Length > start.Length;
    }

    /// <summary>
    /// Whether two real paths lead to one thing, by name or, where both are there, by what is there (a bind mount, names that ignore case).
    /// </summary>
    public static bool IsSame(string one, string other) =>
        one == other || (FileCalls.Identity(one) is { } identity
            && FileCalls.Identity(other) is { } second
            && (identity.Device, identity.Inode) == (second.Device, second.Inode));

    private static IEnumerable<string> Parts(string path) =>
        path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").Reverse();

    private static string? LinkTarget(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
