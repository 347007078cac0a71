using System.Globalization;
using System.Security.Cryptography;
using HubertSharp.Runs.Files;

namespace HubertSharp.Runs.Manifests;

/// <summary>
/// fairseq's manifest: the root folder on the first line, then one line <c>path TAB samples</c> per utterance. An optional third
/// column carries the language; fairseq's own readers stop at the second. One of 16 MiB or more stays in its file: an index beside it
/// (<c>.tsv.lines</c>), made at the first reading, says where each line lies and how long its audio is.
/// </summary>
/// <remarks>Memory: at most 64 bytes per byte of the file, and 1 MiB.</remarks>
public sealed class Manifest
{
    internal const int MaximumLineBytes = 1 << 16;

    public Manifest(string root, IReadOnlyList<ManifestEntry> entries)
    {
        Root = root;
        Entries = entries;
    }

    /// <summary>The root folder, absolute where the manifest was read from a file.</summary>
    public string Root { get; }

    public IReadOnlyList<ManifestEntry> Entries { get; }

    public string FullPath(int index) => Path.Combine(Root, Entries[index].RelativePath);

    /// <summary>The length of an utterance, without reading its line anew.</summary>
    public long Samples(int index) => Entries is IndexedEntries indexed ? indexed.Index.Samples(index) : Entries[index].LengthSamples;

    /// <summary>
    /// SHA-256 of the paths and lengths in their order, one line each: which utterances they are, wherever they lie.
    /// </summary>
    public string HashOfUtterances()
    {
        if (Entries is IndexedEntries indexed)
            return Convert.ToHexStringLower(indexed.Index.Head.ContentHash);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (i, entry) in Entries.Index())
        {
            if (i > 0)
                hash.AppendData("\n"u8);
            hash.AppendData(ManifestLine.Content(entry));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

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
        if (ManifestIndex.TryOpen(path, cancellation) is { } indexed)
            return indexed;
        using var lines = RegularFile.OpenText(path, MaximumLineBytes, cancellation);
        var root = RootOf(lines.ReadLine(), path);
        var entries = new List<ManifestEntry>();
        for (var line = 2; lines.ReadLine() is { } text; line++)
            entries.Add(ManifestLine.Of(text, path, line));
        if (entries.Count == 0)
            throw ManifestFaults.NoEntries(path);
        return new Manifest(root, entries);
    }

    /// <summary>The root that the first line names.</summary>
    internal static string RootOf(string? first, string path) =>
        first is null || first.AsSpan().ContainsAny('\t', '\0') || string.IsNullOrWhiteSpace(first)
            ? throw ManifestFaults.NoRoot(path)
            : Path.GetFullPath(first.Trim(), Path.GetDirectoryName(Path.GetFullPath(path))!);

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
    public void Write(string path) => AtomicFile.Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, bufferSize: 1 << 16, leaveOpen: true);
        foreach (var line in Lines())
            writer.Write(line);
    });

    /// <summary>The whole file, as <see cref="Write"/> writes it.</summary>
    public string Text() => string.Concat(Lines());

    /// <summary>The lines of the file with their ends, as <see cref="Write"/> writes them.</summary>
    public IEnumerable<string> Lines()
    {
        var withLanguage = Entries.Any(e => e.Language is not null);
        yield return $"{Root}\n";
        foreach (var entry in Entries)
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{entry.RelativePath}\t{entry.LengthSamples}{(withLanguage ? "\t" : "")}{(withLanguage ? entry.Language : "")}\n");
    }
}
