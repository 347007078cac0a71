namespace HubertSharp.Corpora.Formats.Lists;

/// <summary>
/// Where the paths of a <c>wav.scp</c> begin: Kaldi takes them from the folder in which its scripts run, which no list tells. It is
/// sought among the list's own folder and those above it.
/// </summary>
internal sealed class KaldiPlaces(string folder)
{
    private const int Above = 3;
    private readonly string[] _folders = [.. Upwards(folder).Take(Above + 1)];

    /// <summary>The file of a path, or null where there is none.</summary>
    public string? Find(string path)
    {
        if (Path.IsPathRooted(path))
            return Path.GetFullPath(path);
        return _folders.Select(start => Path.GetFullPath(path, start)).FirstOrDefault(File.Exists);
    }

    /// <summary>The same, and a fault where there is none: an absolute path that is not there is left out later, with its reason.</summary>
    public string Of(string path, string list, int line) => Find(path) ?? throw LayoutFaults.NoRecording(list, line, path, _folders);

    private static IEnumerable<string> Upwards(string folder)
    {
        for (var up = Path.GetFullPath(folder); up is not null; up = Path.GetDirectoryName(up))
            yield return up;
    }
}
