namespace HubertSharp.Corpora.Formats;

/// <summary>An audio file that a format lists.</summary>
/// <param name="RelativePath">Path below the root, with forward slashes.</param>
/// <param name="Transcript">What is said, where the format tells it.</param>
/// <param name="Split"><c>train</c>, <c>valid</c> or <c>test</c>, where the format has parts.</param>
/// <param name="Language">Language tag, where the format tells it.</param>
/// <param name="Speaker">Who speaks, where the format tells it.</param>
internal sealed record SpeechFile(
    string RelativePath, string? Transcript = null, string? Split = null, string? Language = null, string? Speaker = null)
{
    /// <summary>The length that the layout tells, in seconds; null where it tells none. The audio's own counts.</summary>
    public double? ToldSeconds { get; init; }

    /// <summary>The path's folder so many above the file, or null where it has none.</summary>
    public static string? Folder(string path, int above) =>
        path.Split('/') is var parts && parts.Length > above ? parts[^(above + 1)] : null;
}
