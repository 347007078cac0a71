using HubertSharp.Runs.Files;
namespace HubertSharp.Corpora.Formats;

/// <summary>
/// LibriSpeech (and MLS-like copies of its layout): <c>SUBSET/SPEAKER/CHAPTER/ID.flac</c> with <c>*.trans.txt</c> beside it, one line
/// <c>ID WORDS</c> per file. Subsets named train-*, dev-* and test-* are the parts.
/// </summary>
/// <remarks>Memory: at most 40 bytes per byte of the file, and 1 MiB.</remarks>
internal static class LibriSpeechFormat
{
    private const string TranscriptEnding = ".trans.txt";
    private const int DeepestSearch = 4;

    public static bool Matches(string root) =>
        Directory.EnumerateFiles(root, "*" + TranscriptEnding,
            new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = DeepestSearch, IgnoreInaccessible = true }).Any();

    public static IReadOnlyList<SpeechFile> List(string root, CancellationToken cancellation)
    {
        var words = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in SpeechFolder.Find(root, name => name.EndsWith(TranscriptEnding, StringComparison.Ordinal), cancellation)
            .Where(path => !path.EndsWith('/'))) // a folder that cannot be walked: it is told among the audio
        {
            foreach (var line in RegularFile.ReadLines(Path.Combine(root, file)))
            {
                var space = line.IndexOf(' ', StringComparison.Ordinal);
                if (space > 0)
                    words[line[..space]] = line[(space + 1)..].Trim();
            }
        }
        if (words.Count == 0)
            throw CorpusFaults.MissingTranscripts("LibriSpeech", Path.Combine(root, "*" + TranscriptEnding));
        return
        [
            .. SpeechFolder.Find(root, name => SpeechFolder.HasEnding(name, ["flac", "wav"]), cancellation)
                .Select(path => new SpeechFile(path, words.GetValueOrDefault(Path.GetFileNameWithoutExtension(path)), Split(path), "en",
                    SpeechFile.Folder(path, above: 2))),
        ];
    }

    private static string? Split(string path)
    {
        foreach (var part in path.Split('/'))
        {
            if (part.StartsWith("train-", StringComparison.Ordinal))
                return "train";
            if (part.StartsWith("dev-", StringComparison.Ordinal))
                return "valid";
            if (part.StartsWith("test-", StringComparison.Ordinal))
                return "test";
        }
        return null;
    }
}
