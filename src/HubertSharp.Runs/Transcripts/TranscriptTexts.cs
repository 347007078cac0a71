using HubertSharp.Runs.Files;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Runs.Transcripts;

/// <summary>
/// Texts as people have them: one per line in the manifest's order (<c>.wrd</c>, <c>.txt</c>), lines that begin with the utterance
/// (<c>.trans.txt</c>, Kaldi's <c>text</c>), or a table with a column of paths and one of texts (Common Voice).
/// </summary>
/// <remarks>Memory: at most 128 bytes per byte of the file, and 16 MiB.</remarks>
public static class TranscriptTexts
{
    private const int MaximumLineBytes = 1 << 20;
    private static readonly string[] TextColumns = ["sentence", "text", "transcript", "transcription"];
    private static readonly string[] PathColumns = ["path", "file", "audio", "utt", "id", "utterance", "audio_filepath"];

    /// <summary>The text of every utterance of a manifest, with the line that it is from.</summary>
    /// <param name="path">The file.</param>
    /// <param name="manifest">The utterances.</param>
    /// <param name="manifestPath">For faults.</param>
    /// <exception cref="UserException">Missing texts, two for one utterance, or another number of lines.</exception>
    public static IReadOnlyList<(string Text, int Line)> Read(string path, Manifest manifest, string manifestPath)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        var lines = Lines(path);
        var keys = Keys(manifest);
        var (first, named) = Named(lines);
        var keyed = named.Select(n => (Place: Place(keys, n.Key), n.Key, n.Text, n.Line)).Where(n => n.Place >= 0).ToList();
        if (keyed.Count == 0 && named.Count > 0 && (first > 1 || NamesUtterances(path, named)))
            throw TranscriptFaults.NoneNamed(path, first, named[0].Key, manifest.Entries[0].RelativePath);
        if (2 * keyed.Count < named.Count || named.Count == 0)
        {
            return lines.Count == manifest.Entries.Count
                ? [.. lines.Select((text, i) => (text, i + 1))]
                : throw TranscriptFaults.Count(path, manifest.Entries.Count, lines.Count, manifestPath);
        }
        var texts = new (string Text, int Line)[manifest.Entries.Count];
        foreach (var (place, key, text, line) in keyed)
        {
            if (texts[place].Text is not null)
                throw TranscriptFaults.Twice(path, line + first, key);
            texts[place] = (text, line + first);
        }
        var missing = Enumerable.Range(0, texts.Length).Where(i => texts[i].Text is null).ToList();
        return missing.Count == 0
            ? texts
            : throw TranscriptFaults.Missing(path, manifest.Entries[missing[0]].RelativePath, missing.Count - 1);
    }

    /// <summary>Of recordings that were converted the ending is another one.</summary>
    private static int Place(Dictionary<string, int> keys, string key) =>
        keys.TryGetValue(key, out var place) || keys.TryGetValue(Path.ChangeExtension(key, null), out place)
        || keys.TryGetValue(Path.GetFileNameWithoutExtension(key), out place) ? place : -1;

    /// <summary>LibriSpeech's ending, or lines that all begin with a name of their own, such as 84-121123-0000.</summary>
    private static bool NamesUtterances(string path, List<(string Key, string Text, int Line)> named) =>
        path.EndsWith(".trans.txt", StringComparison.Ordinal)
        || (named.Count > 1 && named.Select(n => n.Key).Distinct(StringComparer.Ordinal).Count() == named.Count
            && named.TrueForAll(n => n.Key.AsSpan().ContainsAnyInRange('0', '9') && n.Key.AsSpan().ContainsAny('-', '_', '/')));

    private static List<string> Lines(string path)
    {
        var lines = new List<string>();
        using var reader = RegularFile.OpenText(path, MaximumLineBytes);
        while (reader.ReadLine() is { } line)
            lines.Add(lines.Count == 0 ? line.TrimStart('\ufeff') : line);
        return lines;
    }

    /// <summary>Path, path without ending, and name of each utterance; a name that two have means neither.</summary>
    private static Dictionary<string, int> Keys(Manifest manifest)
    {
        var (keys, names) = (new Dictionary<string, int>(StringComparer.Ordinal), new Dictionary<string, int>(StringComparer.Ordinal));
        for (var i = 0; i < manifest.Entries.Count; i++)
        {
            var relative = manifest.Entries[i].RelativePath;
            keys[relative] = i;
            keys.TryAdd(Path.ChangeExtension(relative, null), i);
            foreach (var name in (string[])[Path.GetFileName(relative), Path.GetFileNameWithoutExtension(relative)])
                names[name] = names.TryGetValue(name, out var other) && other != i ? -1 : i;
        }
        foreach (var (name, place) in names.Where(n => n.Value >= 0))
            keys.TryAdd(name, place);
        return keys;
    }

    /// <summary>What each line names, and its text; a table's header says its columns.</summary>
    private static (int FirstLine, List<(string Key, string Text, int Line)> Named) Named(List<string> lines)
    {
        if (lines is [var header, ..] && header.Contains('\t'))
        {
            string[] columns = [.. header.Split('\t').Select(c => c.Trim().ToLowerInvariant())];
            var (path, text) = (Array.FindIndex(columns, PathColumns.Contains), Array.FindIndex(columns, TextColumns.Contains));
            if (path >= 0 && text >= 0)
                return (2, [.. lines.Skip(1).Select((line, i) => (Cells: line.Split('\t'), Line: i))
                    .Where(row => row.Cells.Length > Math.Max(path, text))
                    .Select(row => (row.Cells[path].Trim(), row.Cells[text], row.Line))]);
        }
        return (1, [.. lines.Select((line, i) =>
        {
            var end = line.IndexOf('\t') is >= 0 and var tab ? tab : line.IndexOf(' ') is >= 0 and var space ? space : line.Length;
            return (line[..end], line[end..].Trim(), i);
        })]);
    }
}
