namespace HubertSharp.Corpora;

/// <summary>Counts the files of a folder that are passed over because they do not end like audio.</summary>
internal sealed class PassedOver
{
    private const int MostEndings = 1000;
    private readonly Dictionary<string, int> _files = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Takes in the name of a file; those that begin with a dot are a system's own.</summary>
    public void Add(string name)
    {
        if (name.StartsWith('.'))
            return;
        var ending = Path.GetExtension(name).ToLowerInvariant();
        if (_files.Count < MostEndings || _files.ContainsKey(ending))
            _files[ending] = _files.GetValueOrDefault(ending) + 1;
    }

    /// <summary>Endings with their dot (empty for names without one) and their files, the most first.</summary>
    public IReadOnlyList<(string Ending, int Files)> Endings =>
        [.. _files.OrderByDescending(f => f.Value).ThenBy(f => f.Key, StringComparer.Ordinal).Select(f => (f.Key, f.Value))];
}
