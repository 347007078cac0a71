using HubertSharp.Runs.Files;

namespace HubertSharp.Corpora.Formats;

/// <summary>
/// Common Voice, one language or a folder of several: <c>clips/*.mp3</c>, and <c>train.tsv</c>, <c>dev.tsv</c>, <c>test.tsv</c> with a
/// header naming the columns <c>path</c>, <c>sentence</c>, <c>locale</c> and <c>client_id</c>, the speaker; where these parts are
/// missing, <c>validated.tsv</c>.
/// </summary>
/// <remarks>Memory: at most 120 bytes per byte of the file, and 1 MiB.</remarks>
internal static class CommonVoiceFormat
{
    private static readonly (string File, string? Split)[] Parts = [("train.tsv", "train"), ("dev.tsv", "valid"), ("test.tsv", "test")];

    public static bool Matches(string root) => Languages(root).Length > 0;

    public static SpeechListing List(string root)
    {
        var languages = Languages(root);
        if (languages.Length == 0)
            languages = [root];
        var (sexes, listed) = (new Dictionary<string, string>(StringComparer.Ordinal), 0);
        var files = SpeechFiles.Of(languages.SelectMany(Listed), isDistinct: true);
        return new SpeechListing(root, files)
        {
            Notes = listed == files.Count ? [] : [LayoutFaults.ListedTwice(listed - files.Count)],
            Sexes = sexes,
        };

        IEnumerable<SpeechFile> Listed(string folder)
        {
            var parts = Parts.Where(p => File.Exists(Path.Combine(folder, p.File))).ToArray();
            if (parts.Length == 0 && File.Exists(Path.Combine(folder, "validated.tsv")))
                parts = [("validated.tsv", null)];
            if (parts.Length == 0)
                throw CorpusFaults.MissingTranscripts("Common Voice", Path.Combine(folder, "train.tsv"));
            var clips = Path.GetRelativePath(root, Path.Combine(folder, "clips"));
            foreach (var file in parts.SelectMany(p => Read(Path.Combine(folder, p.File), clips, p.Split, sexes)))
            {
                listed++;
                yield return file;
            }
        }
    }

    private static string[] Languages(string root) => IsOne(root)
        ? [root]
        : [.. SpeechFolder.FoldersIn(root).Where(IsOne)];

    private static bool IsOne(string folder) =>
        Directory.Exists(Path.Combine(folder, "clips"))
        && (File.Exists(Path.Combine(folder, "validated.tsv")) || Parts.Any(p => File.Exists(Path.Combine(folder, p.File))));

    private static IEnumerable<SpeechFile> Read(string path, string clips, string? split, Dictionary<string, string> sexes)
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
            if (line.Contains('\uFFFD'))
                throw LayoutFaults.NotUtf8(path, number);
            if (columns.Length > header.Length
                || columns.Length <= Math.Max(Array.IndexOf(header, "path"), Array.IndexOf(header, "sentence")))
                throw CorpusFaults.BadTranscripts($"{path}:{number}", $"{columns.Length} columns instead of {header.Length}");
            var name = columns[Array.IndexOf(header, "path")];
            if (name.Length == 0 || name.Contains('/') || name.Contains("..", StringComparison.Ordinal))
                throw CorpusFaults.BadTranscripts($"{path}:{number}", $"the clip name '{name}'");
            string Column(string column) => Array.IndexOf(header, column) is >= 0 and var at && at < columns.Length ? columns[at] : "";
            var speaker = Column("client_id") is { Length: > 0 } id ? id : null;
            if (speaker is not null && Column("gender") is { Length: > 0 } sex)
                sexes[speaker] = sex;
            // early editions name clips without their ending
            yield return new SpeechFile($"{clips}/{(Path.HasExtension(name) ? name : name + ".mp3")}", Column("sentence").Trim(), split,
                Language(Column("locale")), speaker);
        }
    }

    // zh-CN, zh-TW and zh-HK are one language to the model's reports.
    private static string? Language(string locale) => locale.Length == 0 ? null : locale.Split('-')[0];
}
