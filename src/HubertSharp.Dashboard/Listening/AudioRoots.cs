using HubertSharp.Runs.Manifests;

namespace HubertSharp.Dashboard.Listening;

/// <summary>
/// Where audio may come from: below the dashboard's own folder, and below those that its user named. A run's manifest is written by
/// whoever made the run, and could name any recording of the machine.
/// </summary>
internal sealed class AudioRoots
{
    private readonly string[] _folders;

    /// <exception cref="HubertSharp.Runs.UserException">A folder that is not there.</exception>
    public AudioRoots(string root, IReadOnlyList<string> named) =>
        _folders = [.. named.Prepend(root).Select(f => Directory.Exists(f) ? RealPath.Of(f)! : throw DashboardFaults.NoAudioRoot(f))];

    /// <summary>The file of an utterance; null where it is not there, leaves the manifest's root, or passes a link below it.</summary>
    /// <exception cref="AudioElsewhereException">It lies below none of the folders.</exception>
    public string? File(Manifest manifest, int index)
    {
        var relative = manifest.Entries[index].RelativePath;
        var slice = ArchiveSlice.Of(relative);
        if (SafePath.File(manifest.Root, slice?.Archive ?? relative) is not { } path || RealPath.Of(path) is not { } real)
            return null;
        if (!_folders.Any(f => IsWithin(real, f)))
            throw new AudioElsewhereException(manifest.Root);
        return slice?.In(real) ?? real;
    }

    /// <summary>The manifest's root where no audio of it may be played; else null.</summary>
    public string? Refused(Manifest manifest) =>
        RealPath.Of(manifest.Root) is { } real && !_folders.Any(f => IsWithin(real, f) || IsWithin(f, real)) ? manifest.Root : null;

    private static bool IsWithin(string path, string folder) =>
        path.StartsWith(folder, StringComparison.Ordinal)
        && (path.Length == folder.Length || folder[^1] == '/' || path[folder.Length] == '/');
}

/// <summary>Audio that the dashboard's user has not allowed.</summary>
internal sealed class AudioElsewhereException(string root) : Exception(DashboardFaults.AudioElsewhere(root).Message);
