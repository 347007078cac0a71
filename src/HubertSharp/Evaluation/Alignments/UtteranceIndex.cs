using HubertSharp.Runs;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Evaluation.Alignments;

/// <summary>
/// Finds a reference's utterance among those of a manifest: by path without extension, else by file name alone. The reference
/// script goes by file name only and lets the last of several equal names win; here that is an error.
/// </summary>
internal sealed class UtteranceIndex
{
    private readonly HashSet<string> _names;
    private readonly Dictionary<string, string?> _byFileName = new(StringComparer.Ordinal);

    /// <param name="names">Names as <see cref="NameOf"/> gives them.</param>
    public UtteranceIndex(IEnumerable<string> names)
    {
        _names = new HashSet<string>(names, StringComparer.Ordinal);
        foreach (var name in _names)
            _byFileName[FileName(name)] = _byFileName.ContainsKey(FileName(name)) ? null : name;
    }

    /// <summary>The utterances of an alignment that a manifest has, under its names.</summary>
    /// <exception cref="UserException">Several utterances of the manifest have a name.</exception>
    public static List<AlignedUtterance> Named(IEnumerable<AlignedUtterance> alignment, Manifest manifest)
    {
        var index = new UtteranceIndex(manifest.Entries.Select(e => NameOf(e.RelativePath)));
        return [.. alignment.Select(u => (Utterance: u, Name: index.Find(u.Name))).Where(u => u.Name is not null)
            .Select(u => u.Utterance with { Name = u.Name! })];
    }

    /// <summary>The name of a manifest entry: its path without the extension; within a zip, the whole place.</summary>
    public static string NameOf(string relativePath)
    {
        if (ArchiveSlice.Of(relativePath) is not null)
            return relativePath;
        var dot = relativePath.LastIndexOf('.');
        return dot > relativePath.LastIndexOf('/') + 1 ? relativePath[..dot] : relativePath;
    }

    /// <summary>The utterance that a reference means, or null when there is none.</summary>
    /// <exception cref="UserException">Several utterances have that file name.</exception>
    public string? Find(string reference)
    {
        foreach (var name in new[] { reference, NameOf(reference) })
        {
            if (_names.Contains(name))
                return name;
            if (_byFileName.TryGetValue(FileName(name), out var found))
                return found ?? throw EvaluationFaults.AmbiguousName(reference);
        }
        return null;
    }

    private static string FileName(string name) => name[(name.LastIndexOf('/') + 1)..];
}
