using HubertSharp.Corpora.Formats.Tables;
using HubertSharp.Corpora.Pieces;
using HubertSharp.Runs;

namespace HubertSharp.Corpora.Formats.Shards;

/// <summary>
/// Hugging Face data sets as Parquet: <c>train-00000-of-00008.parquet</c>, <c>validation-...</c>, <c>test-...</c>, in the folder or in
/// folders below (<c>data/</c>, one for each language or part, or <c>CONFIG/SPLIT/0000.parquet</c>, as the hub converts every data set).
/// The recordings become files in the output folder.
/// </summary>
/// <remarks>Memory: at most 200 bytes per byte of the file, and 16 MiB.</remarks>
internal static class ParquetFormat
{
    /// <summary>Of its files.</summary>
    public static readonly string[] Endings = ["parquet"];

    private const int DeepestSearch = 3;

    public static bool Matches(string root) => Tables(root).Any();

    public static SpeechListing List(
        SpeechPlace place, string output, IProgress<StageProgress>? progress, CancellationToken cancellation)
    {
        string[] tables = place.File is { } given ? [given] : [.. Tables(place.Root).Order(StringComparer.Ordinal)];
        if (tables.Length == 0)
            throw CorpusFaults.MissingTranscripts("Parquet data set", Path.Combine(place.Root, "*.parquet"));
        var (taken, files) = (new TakenOut(output), new List<SpeechFile>());
        var (leftOut, sexes) = (new List<(string, string)>(), new Dictionary<string, string>(StringComparer.Ordinal));
        foreach (var table in tables)
        {
            var name = Path.GetRelativePath(place.Root, table);
            var part = PartNames.Of(name);
            using var reader = ParquetTable.Open(table);
            foreach (var row in reader.Rows(cancellation))
            {
                cancellation.ThrowIfCancellationRequested();
                var about = new TableRow((int)Math.Min(row.Number, int.MaxValue), row.Cells);
                if (row.Audio is not { Length: > 0 } audio)
                    leftOut.Add(($"{name}: row {row.Number}", LayoutFaults.NoBytes(table, row.Number, row.Path)));
                else if (audio.LongLength > TakenOut.MostBytes)
                    leftOut.Add(($"{name}: row {row.Number}", LayoutFaults.TooLargeInside(table, TakenOut.MostBytes)));
                else
                {
                    if (about is { Speaker: { } speaker, Sex: { } sex })
                        sexes[speaker] = sex;
                    files.Add(new SpeechFile(taken.Put(Named(row, part, name), Ending(row), audio, table), about.Text, about.Split ?? part,
                        LanguageTags.Of(about.Language), about.Speaker)
                    {
                        ToldSeconds = about.Seconds,
                    });
                    progress?.Report(new StageProgress(files.Count, 0, "recordings"));
                }
            }
        }
        taken.List();
        return new SpeechListing(taken.Folder, [.. files.OrderBy(f => f.RelativePath, StringComparer.Ordinal)])
        {
            LeftOut = leftOut,
            Sexes = sexes,
        };
    }

    private static IEnumerable<string> Tables(string root) => Directory.EnumerateFiles(root, "*",
            new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = DeepestSearch, IgnoreInaccessible = true })
        .Where(file => SpeechFolder.HasEnding(file, Endings) && CheckedFile.IsUtf8(file));

    // the name that the recording had, below its part; without one its row
    private static string Named(ParquetRow row, string? part, string table)
    {
        var name = row.Path is { Length: > 0 } path ? Path.ChangeExtension(Path.GetFileName(path.Replace('\\', '/')), null)
            : row.Cells.GetValueOrDefault("id") is { Length: > 0 } id ? id
            : $"{Path.GetFileNameWithoutExtension(table)}_{row.Number:000000}";
        return part is null ? name : $"{part}/{name}";
    }

    private static string Ending(ParquetRow row) => row.Audio switch
    {
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', ..] => ".wav",
        [(byte)'f', (byte)'L', (byte)'a', (byte)'C', ..] => ".flac",
        [(byte)'O', (byte)'g', (byte)'g', (byte)'S', ..] => ".ogg",
        [(byte)'I', (byte)'D', (byte)'3', ..] or [0xff, >= 0xe0, ..] => ".mp3",
        _ => Path.GetExtension(row.Path ?? "") is { Length: > 1 and < 8 } ending && ending[1..].All(char.IsAsciiLetterOrDigit)
            ? ending.ToLowerInvariant()
            : ".audio",
    };
}
