using System.Text;
using HubertSharp.Runs.Files;

namespace HubertSharp.Runs.Manifests;

/// <summary>
/// fairseq's manifest: the root folder on the first line, then one line <c>path TAB samples</c> per utterance. An optional third
/// column carries the language; fairseq's own readers stop at the second.
/// </summary>
/// <remarks>Memory: at most 64 bytes per byte of the file, and 1 MiB.</remarks>
public sealed class Manifest
{
    private const int MaximumLineBytes = 1 << 16;

    public Manifest(string root, IReadOnlyList<ManifestEntry> entries)
    {
        Root = root;
        Entries = entries;
    }

    /// <summary>The root folder, absolute where the manifest was read from a file.</summary>
    public string Root { get; }

    public IReadOnlyList<ManifestEntry> Entries { get; }

    public string FullPath(int index) => Path.Combine(Root, Entries[index].RelativePath);

    /// <summary>Reads a <c>.tsv</c>; a relative root is taken from the manifest's own folder.</summary>
    /// <param name="maximumBytes">Of the file; a path and its length take about three times as much memory.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="UserException">Missing, empty, too large, no regular file, or malformed, with the line.</exception>
    public static Manifest Read(string path, long maximumBytes = long.MaxValue, CancellationToken cancellation = default)
    {
        if (!File.Exists(path))
            throw Missing(path);
        if (new FileInfo(path).Length > maximumBytes)
            throw ManifestFaults.TooLarge(path, maximumBytes);
        using var lines = RegularFile.OpenText(path, MaximumLineBytes, cancellation);
        if (lines.ReadLine() is not { } first || first.AsSpan().ContainsAny('\t', '\0') || string.IsNullOrWhiteSpace(first))
            throw ManifestFaults.NoRoot(path);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var root = Path.GetFullPath(first.Trim(), folder);
        var entries = new List<ManifestEntry>();
        for (var line = 2; lines.ReadLine() is { } text; line++)
        {
            if (text.Length == 0)
                throw ManifestFaults.EmptyLine(path, line);
            var columns = text.Split('\t');
            if (columns.Length is not (2 or 3) || columns[0].Length == 0)
                throw ManifestFaults.Columns(path, line, columns.Length);
            if (columns[0].Contains('\0'))
                throw ManifestFaults.NoPath(path, line);
            if (!long.TryParse(columns[1], out var samples) || samples <= 0)
                throw ManifestFaults.Samples(path, line, columns[1]);
            entries.Add(new ManifestEntry(columns[0], samples, columns.Length == 3 && columns[2].Length > 0 ? columns[2] : null));
        }
        if (entries.Count == 0)
            throw ManifestFaults.NoEntries(path);
        return new Manifest(root, entries);
    }

    /// <summary>What is there instead: a folder, no folder to lie in, or nothing.</summary>
    private static UserException Missing(string path)
    {
        if (Directory.Exists(path))
            return ManifestFaults.Folder(path, Path.Combine(path, "train.tsv") is var train && File.Exists(train) ? train : null);
        return Path.GetDirectoryName(path) is { Length: > 0 } folder && !Directory.Exists(folder)
            ? ManifestFaults.NoFolder(path, folder)
            : ManifestFaults.Missing(path);
    }

    /// <summary>Writes the manifest whole or not at all; the language column is there when any entry has one.</summary>
    public void Write(string path) => AtomicFile.WriteAllText(path, Text());

    /// <summary>The whole file, as <see cref="Write"/> writes it.</summary>
    public string Text()
    {
        var withLanguage = Entries.Any(e => e.Language is not null);
        var text = new StringBuilder().Append(Root).Append('\n');
        foreach (var entry in Entries)
        {
            text.Append(entry.RelativePath).Append('\t').Append(entry.LengthSamples);
            if (withLanguage)
                text.Append('\t').Append(entry.Language);
            text.Append('\n');
        }
        return text.ToString();
    }
}
