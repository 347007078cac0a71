using HubertSharp.Runs.Files;
namespace HubertSharp.Corpora.Formats;

/// <summary>
/// AISHELL-1 and -2: <c>wav/{train,dev,test}/SPEAKER/ID.wav</c> and one file of transcripts with a line <c>ID words</c> each:
/// <c>transcript/aishell_transcript_v0.8.txt</c>, or AISHELL-2's <c>trans.txt</c>.
/// </summary>
/// <remarks>Memory: at most 40 bytes per byte of the file, and 1 MiB.</remarks>
internal static class AishellFormat
{
    public static string? FindTranscripts(string root)
    {
        var folder = Path.Combine(root, "transcript");
        if (Directory.Exists(folder)
            && Directory.GetFiles(folder, "aishell_transcript*.txt").Order(StringComparer.Ordinal).LastOrDefault() is { } first)
            return first;
        var second = Path.Combine(root, "trans.txt");
        return File.Exists(second) && Directory.Exists(Path.Combine(root, "wav")) ? second : null;
    }

    public static IReadOnlyList<SpeechFile> List(string root, CancellationToken cancellation)
    {
        var transcripts = FindTranscripts(root)
            ?? throw CorpusFaults.MissingTranscripts("AISHELL", Path.Combine(root, "transcript", "aishell_transcript_v0.8.txt"));
        var words = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in RegularFile.ReadLines(transcripts))
        {
            var gap = line.AsSpan().IndexOfAny(' ', '\t');
            if (gap > 0)
                words[line[..gap]] = string.Join(' ', line[(gap + 1)..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        }
        return
        [
            .. SpeechFolder.Find(root, name => SpeechFolder.HasEnding(name, ["wav", "flac"]), cancellation)
                .Select(path => new SpeechFile(path, words.GetValueOrDefault(Path.GetFileNameWithoutExtension(path)), Split(path), "zh",
                    SpeechFile.Folder(path, above: 1))),
        ];
    }

    private static string? Split(string path)
    {
        var parts = path.Split('/');
        return parts.Contains("train") ? "train" : parts.Contains("dev") ? "valid" : parts.Contains("test") ? "test" : null;
    }
}
