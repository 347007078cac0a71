namespace HubertSharp.Corpora.Formats.Tables;

/// <summary>
/// The audio files of a folder by what tables call them: the path below the folder or below the table's own, with or without the
/// ending, or the name alone where only one file has it. What lies elsewhere cannot be found.
/// </summary>
internal sealed class AudioIndex
{
    private readonly Dictionary<string, string?> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _paths = new(StringComparer.Ordinal);

    public AudioIndex(IReadOnlyList<string> paths)
    {
        Paths = paths;
        foreach (var path in paths)
        {
            _paths[path] = path;
            _paths.TryAdd(Path.ChangeExtension(path, null), path);
            foreach (var name in new[] { Path.GetFileName(path), Path.GetFileNameWithoutExtension(path) }.Distinct())
                _names[name] = _names.TryGetValue(name, out var other) && other != path ? null : path;
        }
    }

    public IReadOnlyList<string> Paths { get; }

    /// <summary>The path below the folder, or null where there is no such file or several.</summary>
    public string? Find(string name, string below, string root)
    {
        name = name.Replace('\\', '/');
        if (name.Contains('\0', StringComparison.Ordinal))
            return null;
        var path = Path.GetRelativePath(root, Path.GetFullPath(name, root));
        return _paths.TryGetValue(below.Length == 0 ? path : $"{below}/{path}", out var found) || _paths.TryGetValue(path, out found)
            ? found
            : _names.GetValueOrDefault(Path.GetFileName(name)) ?? OfAnotherEnding(name);
    }

    // recordings that were converted; an id such as b.1 has no ending
    private string? OfAnotherEnding(string name) =>
        Path.GetExtension(name).Any(char.IsLetter) ? _names.GetValueOrDefault(Path.GetFileNameWithoutExtension(name)) : null;
}
