using HubertSharp.Runs.Files;

namespace HubertSharp.Corpora.Formats;

/// <summary>
/// LibriSpeech (and MLS-like copies of its layout): <c>SUBSET/SPEAKER/CHAPTER/ID.flac</c> with <c>*.trans.txt</c> beside it, one line
/// <c>ID WORDS</c> per file, and <c>SPEAKERS.TXT</c>. Subsets named train-*, dev-* and test-* are the parts.
/// </summary>
/// <remarks>Memory: at most 60 bytes per byte of the file, and 1 MiB.</remarks>
internal static class LibriSpeechFormat
{
    private const string TranscriptEnding = ".trans.txt";
    private const int DeepestSearch = 4;

    public static bool Matches(string root) =>
        Directory.EnumerateFiles(root, "*" + TranscriptEnding,
            new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = DeepestSearch, IgnoreInaccessible = true }).Any();

    public static SpeechListing List(string root, CancellationToken cancellation)
    {
        var words = new KeyedTexts();
        foreach (var file in SpeechFolder.Find(root, name => name.EndsWith(TranscriptEnding, StringComparison.Ordinal), cancellation)
            .Where(path => !path.EndsWith('/'))) // a folder that cannot be walked: it is told among the audio
            KeyedLines.Add(words, Path.Combine(root, file));
        if (words.Count == 0)
            throw CorpusFaults.MissingTranscripts("LibriSpeech", Path.Combine(root, "*" + TranscriptEnding));
        var files = SpeechFiles.Of(
            SpeechFolder.Walk(root, name => SpeechFolder.HasEnding(name, ["flac", "wav", "opus", "mp3"]), cancellation)
                .Select(path => new SpeechFile(path, words.Ask(Path.GetFileNameWithoutExtension(path)), Split(path), "en",
                    SpeechFile.Folder(path, above: 2))));
        return new SpeechListing(root, files) { Notes = LayoutFaults.Unheard(words), Sexes = Sexes(root) };
    }

    private static string? Split(string path) => path.Split('/').SkipLast(1)
        .Select(part => part.Contains('-', StringComparison.Ordinal)
            ? PartNames.Of(part[..part.IndexOf('-', StringComparison.Ordinal)])
            : null)
        .FirstOrDefault(split => split is not null);

    // "14   | F | train-clean-360  | 25.03 | Kristin LeMoine"; comments begin with a semicolon
    private static Dictionary<string, string> Sexes(string root)
    {
        var sexes = new Dictionary<string, string>(StringComparer.Ordinal);
        var list = Path.Combine(root, "SPEAKERS.TXT");
        if (!File.Exists(list))
            return sexes;
        foreach (var columns in RegularFile.ReadLines(list).Where(line => !line.StartsWith(';')).Select(line => line.Split('|')))
        {
            if (columns.Length >= 2 && columns[1].Trim() is { Length: > 0 and < 10 } sex)
                sexes[columns[0].Trim()] = sex;
        }
        return sexes;
    }
}
