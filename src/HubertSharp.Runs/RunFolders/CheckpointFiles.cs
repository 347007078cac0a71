using System.Globalization;

namespace HubertSharp.Runs.RunFolders;

/// <summary>
/// What the folders of checkpoints and the files in them are called, for the writers, the readers, and the store that removes no others.
/// </summary>
public static class CheckpointFiles
{
    /// <summary>Written last: a folder without it is no checkpoint.</summary>
    public const string State = "state.json";

    public const string Weights = "model.safetensors";

    public const string Description = "model.json";

    public const string Optimizer = "optimizer.safetensors";

    /// <summary>A link to the newest checkpoint.</summary>
    public const string Last = "checkpoint_last";

    /// <summary>A link to the best one.</summary>
    public const string Best = "checkpoint_best";

    private const string Prefix = "update_";

    /// <summary>The folder's name of whatever belongs to one update, its checkpoint above all.</summary>
    public static string NameOf(long update) => $"{Prefix}{update.ToString("D9", CultureInfo.InvariantCulture)}";

    /// <summary>The update in such a folder's name; null for other names.</summary>
    public static long? UpdateOf(string folder) =>
        Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)) is var name
        && name.StartsWith(Prefix, StringComparison.Ordinal)
        && long.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var update) ? update : null;

    /// <summary>Every folder of an update in a folder, by ascending update, whole or not; none where the folder is not there.</summary>
    public static IReadOnlyList<(long Update, string Path)> Folders(string folder) => !Directory.Exists(folder) ? [] :
    [
        .. Directory.EnumerateDirectories(folder, $"{Prefix}*").Select(path => (Update: UpdateOf(path), path))
            .Where(found => found.Update is not null).Select(found => (found.Update!.Value, found.path)).OrderBy(found => found.Value),
    ];

    /// <summary>
    /// The checkpoints in a folder, by ascending update. A folder without <c>state.json</c> was never finished and is not one.
    /// </summary>
    public static IReadOnlyList<(long Update, string Path)> Whole(string folder) => [.. Folders(folder).Where(f => IsWhole(f.Path))];

    /// <summary>Whether a folder is a checkpoint, by what lies in it.</summary>
    public static bool IsWhole(string folder) => File.Exists(Path.Combine(folder, State));
}
