using HubertSharp.Runs.Files;
namespace HubertSharp.Corpora.Formats;

/// <summary>
/// One language of Common Voice: <c>clips/*.mp3</c>, and <c>train.tsv</c>, <c>dev.tsv</c>, <c>test.tsv</c> with a header naming the
/// columns <c>path</c>, <c>sentence</c>, <c>locale</c> and <c>client_id</c>, the speaker; where these parts are missing,
/// <c>validated.tsv</c>.
/// </summary>
/// <remarks>Memory: at most 80 bytes per byte of the file, and 1 MiB.</remarks>
internal static class CommonVoiceFormat
{
    private static readonly (string File, string? Split)[] Parts = [("train.tsv", "train"), ("dev.tsv", "valid"), ("test.tsv", "test")];

    public static bool Matches(string root) =>
        Directory.Exists(Path.Combine(root, "clips"))
        && (File.Exists(Path.Combine(root, "validated.tsv")) || Parts.Any(p => File.Exists(Path.Combine(root, p.File))));

    public static IReadOnlyList<SpeechFile> List(string root)
    {
        var parts = Parts.Where(p => File.Exists(Path.Combine(root, p.File))).ToArray();
        if (parts.Length == 0 && File.Exists(Path.Combine(root, "validated.tsv")))
            parts = [("validated.tsv", null)];
        if (parts.Length == 0)
            throw CorpusFaults.MissingTranscripts("Common Voice", Path.Combine(root, "train.tsv"));
        return [.. parts.SelectMany(p => Read(Path.Combine(root, p.File), p.Split)).DistinctBy(f => f.RelativePath)
            .OrderBy(f => f.RelativePath, StringComparer.Ordinal)];
    }

    private static IEnumerable<SpeechFile> Read(string path, string? split)
    {
        string[]? header = null;
        var number = 0;
        foreach (var line in RegularFile.ReadLines(path))
        {
            number++;
            var columns = line.Split('\t');
            if (header is null)
            {
                header = columns;
                if (!header.Contains("path") || !header.Contains("sentence"))
                    throw CorpusFaults.BadTranscripts(path, "a first line without the columns 'path' and 'sentence'");
                continue;
            }
            if (line.Length == 0)
                continue;
            if (columns.Length > header.Length
                || columns.Length <= Math.Max(Array.IndexOf(header, "path"), Array.IndexOf(header, "sentence")))
                throw CorpusFaults.BadTranscripts($"{path}:{number}", $"{columns.Length} columns instead of {header.Length}");
            var name = columns[Array.IndexOf(header, "path")];
            if (name.Length == 0 || name.Contains('/') || name.Contains("..", StringComparison.Ordinal))
                throw CorpusFaults.BadTranscripts($"{path}:{number}", $"the clip name '{name}'");
            string Column(string column) => Array.IndexOf(header, column) is >= 0 and var at && at < columns.Length ? columns[at] : "";
            yield return new SpeechFile($"clips/{name}", Column("sentence").Trim(), split, Language(Column("locale")),
                Column("client_id") is { Length: > 0 } speaker ? speaker : null);
        }
    }

    // zh-CN, zh-TW and zh-HK are one language to the model's reports.
    private static string? Language(string locale) => locale.Length == 0 ? null : locale.Split('-')[0];
}
