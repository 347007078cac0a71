using System.Globalization;
using System.Text;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Corpora.Pieces;

/// <summary>
/// <c>pieces.tsv</c>: where every piece in the folder is from. It is written before the first piece, so that a file which is there is
/// known to be ours, and whether it is still the one that is wanted.
/// </summary>
/// <remarks>Memory: at most 40 bytes per byte of the file, and 1 MiB.</remarks>
internal static class PieceTable
{
    public const string Name = "pieces.tsv";
    private const string Header = "file\tsource\tsource_bytes\tstart_s\tend_s";

    /// <summary>
    /// Makes the folder ready for these pieces: what is there and would be the same stays, what is of another place or recording is
    /// removed, what nobody listed is kept under another name. Pieces of before that are not asked for now stay, too.
    /// </summary>
    public static void Prepare(string folder, IReadOnlyList<SpeechPiece> pieces)
    {
        var (path, audio) = (Path.Combine(folder, Name), Path.Combine(folder, CorpusFolder.Audio));
        var before = Read(path);
        var (now, stale) = (new Dictionary<string, string>(StringComparer.Ordinal), new List<string>());
        var lengths = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var piece in pieces)
        {
            var line = now[piece.RelativePath] = Line(piece.Source, lengths, SpeechPiece.Text(piece.StartSeconds),
                SpeechPiece.Text(piece.EndSeconds), piece.Channel);
            if (before.TryGetValue(piece.RelativePath, out var was) && was != line)
                stale.Add(piece.RelativePath);
            else if (was is null && Path.Exists(Path.Combine(audio, piece.RelativePath)))
                Owned.MoveAside(Path.Combine(audio, piece.RelativePath));
        }
        Owned.DeleteListed(audio, stale);
        Write(path, before, now);
    }

    /// <summary>Adds recordings that are whole, whatever their table said of them before.</summary>
    public static void Add(string folder, IReadOnlyList<(string File, string Source)> recordings)
    {
        var path = Path.Combine(folder, Name);
        var lengths = new Dictionary<string, long>(StringComparer.Ordinal);
        Write(path, Read(path), recordings.ToDictionary(r => r.File, r => Line(r.Source, lengths, "", ""), StringComparer.Ordinal));
    }

    private static string Line(string source, Dictionary<string, long> lengths, string start, string end, int? channel = null)
    {
        if (!lengths.TryGetValue(source, out var bytes))
            lengths[source] = bytes = new FileInfo(ArchiveSlice.FileOf(source)) is { Exists: true } file ? file.Length : 0;
        var part = channel is { } one ? string.Create(CultureInfo.InvariantCulture, $" channel {one}") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{CorpusFaults.NameOf(source)}{part}\t{bytes}\t{start}\t{end}");
    }

    private static void Write(string path, Dictionary<string, string> before, Dictionary<string, string> now)
    {
        var text = new StringBuilder(Header).Append('\n');
        foreach (var (file, line) in before.Where(b => !now.ContainsKey(b.Key)).Concat(now).OrderBy(p => p.Key, StringComparer.Ordinal))
            text.Append(file).Append('\t').Append(line).Append('\n');
        AtomicFile.WriteAllText(path, text.ToString());
    }

    /// <summary>What the folder's table says: file → the rest of its line. One that is no such table is kept under another name.</summary>
    internal static Dictionary<string, string> Read(string path)
    {
        var lines = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!File.Exists(path))
            return lines;
        using (var reader = RegularFile.OpenText(path, maximumLineBytes: 1 << 16))
        {
            if (reader.ReadLine() == Header)
            {
                while (reader.ReadLine() is { } line)
                {
                    if (line.IndexOf('\t', StringComparison.Ordinal) is > 0 and var tab)
                        lines[line[..tab]] = line[(tab + 1)..];
                }
                return lines;
            }
        }
        Owned.MoveAside(path);
        return lines;
    }
}
