using System.Text.Json;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;

namespace HubertSharp.Corpora.Formats;

/// <summary>
/// Libri-light without labels: <c>SPEAKER/BOOK/CHAPTER.flac</c>, each with a <c>.json</c> beside it that names the speaker and the
/// stretches of speech. The files are minutes to hours long, and stay as they are.
/// </summary>
/// <remarks>Memory: at most 40 bytes per byte of the file, and 4 MiB.</remarks>
internal static class LibriLightFormat
{
    private const int DeepestSearch = 4, MostTried = 8;
    private const long MostBytes = 16 << 20;
    private const double LongSeconds = 60;

    public static bool Matches(string root) =>
        Directory.EnumerateFiles(root, "*.flac",
                new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = DeepestSearch, IgnoreInaccessible = true })
            .Take(MostTried).Any(file => Beside(file) is { } json && Read(json) is { } about && about.TryGetProperty("speaker", out _));

    public static SpeechListing List(string root, CancellationToken cancellation)
    {
        var files = new List<SpeechFile>();
        var (without, longest) = (0, 0.0);
        foreach (var path in SpeechFolder.Find(root, name => SpeechFolder.HasEnding(name, ["flac", "wav"]), cancellation))
        {
            cancellation.ThrowIfCancellationRequested();
            var about = Beside(Path.Combine(root, path)) is { } json ? Read(json) : null;
            without += about is null ? 1 : 0;
            var speaker = about is { } known ? JsonLines.Text(known, "speaker") : null;
            if (about is { } a && JsonLines.List(a, "voice_activity").LastOrDefault() is { ValueKind: JsonValueKind.Array } last
                && last.GetArrayLength() == 2 && last[1].ValueKind == JsonValueKind.Number && last[1].TryGetDouble(out var end))
                longest = Math.Max(longest, end);
            files.Add(new SpeechFile(path, null, null, LanguageTags.Of(Language(about)) ?? "en",
                speaker ?? SpeechFile.Folder(path, above: 2)));
        }
        return new SpeechListing(root, files)
        {
            Notes =
            [
                .. without > 0 ? [LayoutFaults.WithoutAbout(without)] : Array.Empty<string>(),
                .. longest > LongSeconds ? [LayoutFaults.Long(longest)] : Array.Empty<string>(),
            ],
        };
    }

    private static string? Language(JsonElement? about) =>
        about is { ValueKind: JsonValueKind.Object } known && known.TryGetProperty("book_meta", out var book)
            ? JsonLines.Text(book, "language")
            : null;

    private static string? Beside(string audio) => Path.ChangeExtension(audio, ".json") is var json && File.Exists(json) ? json : null;

    // one that cannot be read is counted as missing: the audio is what counts
    private static JsonElement? Read(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(RegularFile.ReadAllBytes(path, MostBytes), new JsonDocumentOptions { MaxDepth = 32 });
            return json.RootElement.ValueKind == JsonValueKind.Object ? json.RootElement.Clone() : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or UserException)
        {
            return null;
        }
    }
}
