using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace HubertSharp.Corpora.Formats.Tables;

/// <summary>
/// A folder of audio with a table of what is said in it: Hugging Face's AudioFolder (<c>metadata.csv</c>, <c>.jsonl</c>), LJSpeech, and
/// everybody's own <c>transcripts.tsv</c>. Tables named after parts, or in folders named so, or a column <c>split</c>, are the parts.
/// </summary>
/// <remarks>Memory: at most 600 bytes per byte of the file, and 2 MiB.</remarks>
internal static class TableFormat
{
    private static readonly string[] s_endings = ["csv", "tsv", "jsonl"];

    public static bool Matches(string root) => Tables(root).Count > 0;

    /// <summary>Whether a file can be a table by its name; NeMo's <c>train_manifest.json</c> has an object on each line, too.</summary>
    public static bool CanBe(string path) =>
        SpeechFolder.HasEnding(path, s_endings) || path.EndsWith("manifest.json", StringComparison.OrdinalIgnoreCase);

    public static SpeechListing List(SpeechPlace place, ManifestOptions options, CancellationToken cancellation)
    {
        var tables = place.File is { } given ? [given] : Tables(place.Root);
        if (tables.Count == 0)
            throw CorpusFaults.MissingTranscripts("folder with a table", Path.Combine(place.Root, "metadata.csv"));
        var parts = tables.Select(table => Part(table, place.Root)).ToArray();
        if (tables.Count > 1 && parts.Contains(null))
            throw LayoutFaults.NotOne(place.Root, "tables", [.. tables.Select(t => Path.GetRelativePath(place.Root, t))]);
        var audio = new AudioIndex(SpeechFolder.Walk(place.Root, name => SpeechFolder.HasEnding(name, options.Extensions), cancellation));
        var (leftOut, sexes) = (new List<(string, string)>(), new Dictionary<string, string>(StringComparer.Ordinal));
        var said = new ulong[audio.Count]; // what the first row of a file says, hashed
        var files = SpeechFiles.Of(tables.Zip(parts).SelectMany(table => Rows(table.First, table.Second)));
        return new SpeechListing(place.Root, files)
        {
            LeftOut = leftOut,
            Notes = files.Count == audio.Count ? []
                : [LayoutFaults.WithoutRow(audio.Count - files.Count, audio[Array.IndexOf(said, 0UL)])],
            Sexes = sexes,
        };

        IEnumerable<SpeechFile> Rows(string table, string? part)
        {
            var below = Path.GetRelativePath(place.Root, Path.GetDirectoryName(table)!);
            foreach (var row in TableRows.Of(table))
            {
                cancellation.ThrowIfCancellationRequested();
                if (row.File is not { } name)
                    throw LayoutFaults.Malformed(table, row.Line, "the name of an audio file", "none");
                if (row is { Speaker: { } speaker, Sex: { } sex })
                    sexes[speaker] = sex;
                if (audio.Find(name, below == "." ? "" : below, place.Root) is not { } number)
                {
                    leftOut.Add((name, LayoutFaults.NoSuchFile(table, row.Line)));
                    continue;
                }
                var (before, now) = (said[number], HashOf(row.Text));
                if (before != 0 && before != now)
                    throw LayoutFaults.Twice(table, row.Line, name);
                said[number] = now;
                if (before == 0)
                {
                    yield return new SpeechFile(audio[number], row.Text, row.Split ?? part, row.Language, row.Speaker)
                    {
                        ToldSeconds = row.Seconds,
                    };
                }
            }
        }
    }

    // never 0
    private static ulong HashOf(string? text) =>
        text is null ? 1 : BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text))) | 2;

    /// <summary>The tables at the top, or where there is none those one folder below.</summary>
    private static List<string> Tables(string root) =>
        SpeechFolder.ListsIn(root, file => CanBe(file) && TableRows.Matches(file));

    private static string? Part(string table, string root) =>
        PartNames.Of(Path.GetFileNameWithoutExtension(table))
        ?? (Path.GetDirectoryName(table) is { } folder && folder != root ? PartNames.Of(Path.GetFileName(folder)) : null);
}
