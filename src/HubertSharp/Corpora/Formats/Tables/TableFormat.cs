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
        var audio = new AudioIndex(SpeechFolder.Find(place.Root, name => SpeechFolder.HasEnding(name, options.Extensions), cancellation));
        var files = new Dictionary<string, SpeechFile>(StringComparer.Ordinal);
        var (leftOut, sexes) = (new List<(string, string)>(), new Dictionary<string, string>(StringComparer.Ordinal));
        for (var i = 0; i < tables.Count; i++)
        {
            var below = Path.GetRelativePath(place.Root, Path.GetDirectoryName(tables[i])!);
            foreach (var row in TableRows.Of(tables[i]))
            {
                cancellation.ThrowIfCancellationRequested();
                if (row.File is not { } name)
                    throw LayoutFaults.Malformed(tables[i], row.Line, "the name of an audio file", "none");
                if (audio.Find(name, below == "." ? "" : below, place.Root) is not { } path)
                    leftOut.Add((name, LayoutFaults.NoSuchFile(tables[i], row.Line)));
                else if (!files.TryAdd(path, new SpeechFile(path, row.Text, row.Split ?? parts[i], row.Language, row.Speaker)
                {
                    ToldSeconds = row.Seconds,
                }) && files[path].Transcript != row.Text)
                    throw LayoutFaults.Twice(tables[i], row.Line, name);
                if (row is { Speaker: { } speaker, Sex: { } sex })
                    sexes[speaker] = sex;
            }
        }
        var unnamed = audio.Paths.Where(path => !files.ContainsKey(path)).ToArray();
        return new SpeechListing(place.Root, [.. files.Values.OrderBy(f => f.RelativePath, StringComparer.Ordinal)])
        {
            LeftOut = leftOut,
            Notes = unnamed.Length == 0 ? [] : [LayoutFaults.WithoutRow(unnamed.Length, unnamed[0])],
            Sexes = sexes,
        };
    }

    /// <summary>The tables at the top, or where there is none those one folder below.</summary>
    private static List<string> Tables(string root) =>
        SpeechFolder.ListsIn(root, file => CanBe(file) && TableRows.Matches(file));

    private static string? Part(string table, string root) =>
        PartNames.Of(Path.GetFileNameWithoutExtension(table))
        ?? (Path.GetDirectoryName(table) is { } folder && folder != root ? PartNames.Of(Path.GetFileName(folder)) : null);
}
