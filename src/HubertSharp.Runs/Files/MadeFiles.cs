using System.Text.Json;

namespace HubertSharp.Runs.Files;

/// <summary>
/// The list that this program leaves in a folder which is not its alone: what it made there, by path below the folder, with the
/// fingerprint of each. What is not on the list is the user's.
/// </summary>
/// <param name="By">Who made it: <c>features-1</c>, <c>corpus</c>.</param>
/// <param name="Files">Path below the folder → <see cref="FileFingerprint.Of"/>.</param>
public sealed record MadeFiles(string By, IReadOnlyDictionary<string, string> Files)
{
    private const long MaximumBytes = 256 << 20;

    private static readonly JsonSerializerOptions s_json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The files of a folder by path below it; links are left out and not followed.</summary>
    public static IEnumerable<string> In(string folder) =>
        Directory.EnumerateFiles(folder, "*", new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.ReparsePoint,
            IgnoreInaccessible = false,
        })
            .Select(path => Path.GetRelativePath(folder, path));

    /// <summary>Null when there is none or it is damaged: then nothing is known to be ours.</summary>
    public static MadeFiles? TryRead(string path)
    {
        try
        {
            if (!File.Exists(path))
                return null;
            var list = JsonSerializer.Deserialize<MadeFiles>(RegularFile.ReadAllBytes(path, MaximumBytes), s_json);
            return list is { By: not null, Files: not null } && list.Files.Values.All(f => f is not null) ? list : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or UserException)
        {
            return null;
        }
    }

    public void Write(string path) => AtomicFile.WriteAllText(path, JsonSerializer.Serialize(this, s_json) + "\n");

    /// <summary>Removes what is still as it was made; a file that somebody changed is kept under another name.</summary>
    /// <returns>Pairs of the path that was and the path that is, of what was kept.</returns>
    public IReadOnlyList<(string Was, string Is)> Remove(string folder)
    {
        var (unchanged, kept) = (new List<string>(), new List<(string, string)>());
        foreach (var (name, fingerprint) in Files)
        {
            var path = Path.GetFullPath(Path.Combine(folder, name));
            if (!RealPath.IsBelow(path, Path.GetFullPath(folder)) || new FileInfo(path) is not { Exists: true, LinkTarget: null })
                continue;
            if (FileFingerprint.Of(path) == fingerprint)
                unchanged.Add(name);
            else
                kept.Add((path, Owned.MoveAside(path)));
        }
        Owned.DeleteListed(folder, unchanged);
        return kept;
    }
}
