using HubertSharp.Runs.Files;

namespace HubertSharp.Runs.RunFolders;

/// <summary>What this program was built from: its version, and the commit that <c>build/commit.sh</c> wrote beside it.</summary>
/// <param name="Version"><c>0.1.0</c>.</param>
/// <param name="Commit">The 40 digits of git's commit; null without git, or outside a clone.</param>
/// <param name="IsDirty">Whether what was built differed from the commit; null without one.</param>
public sealed record BuildVersion(string Version, string? Commit, bool? IsDirty)
{
    internal const string FileName = "hubert.commit";

    private const int MaximumBytes = 256; // a longer file is none of ours

    /// <summary>Of the running program.</summary>
    public static BuildVersion Current { get; } = ReadFrom(AppContext.BaseDirectory);

    /// <summary>As it is told to a person: <c>0.1.0, commit 3f2a... (dirty: built from changed files)</c>.</summary>
    public override string ToString() =>
        $"{Version}, commit {Commit ?? "unknown"}{(IsDirty is true ? " (dirty: built from changed files)" : "")}";

    /// <summary>Reads the file in a folder. One that is missing or says something else leaves the commit unknown.</summary>
    internal static BuildVersion ReadFrom(string folder)
    {
        var version = typeof(BuildVersion).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
        return Stamp(Path.Combine(folder, FileName))?.Trim().Split(' ') is [{ Length: 40 or 64 } commit, ("clean" or "dirty") and var state]
            && commit.All(char.IsAsciiHexDigitLower) ? new(version, commit, state == "dirty") : new(version, null, null);
    }

    private static string? Stamp(string path)
    {
        try
        {
            return RegularFile.ReadAllText(path, MaximumBytes);
        }
        catch (Exception e) when (e is UserException or IOException or UnauthorizedAccessException)
        {
            return null; // a program without its commit is a program all the same
        }
    }
}
