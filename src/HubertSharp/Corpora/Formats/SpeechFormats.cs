namespace HubertSharp.Corpora.Formats;

/// <summary>The layouts of public corpora that <c>hubert manifest</c> knows.</summary>
internal static class SpeechFormats
{
    /// <summary>Look at the folder and choose.</summary>
    public const string Auto = "auto";
    internal const string Plain = "plain";
    internal const string LibriSpeech = "librispeech";
    internal const string Aishell = "aishell";
    internal const string CommonVoice = "commonvoice";
    internal const string WenetSpeech = "wenetspeech";

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = [Auto, LibriSpeech, Aishell, WenetSpeech, CommonVoice, Plain];

    /// <summary>The format that a folder looks like.</summary>
    internal static string Detect(string root)
    {
        if (File.Exists(Path.Combine(root, WenetSpeechFormat.IndexFile)))
            return WenetSpeech;
        if (CommonVoiceFormat.Matches(root))
            return CommonVoice;
        if (AishellFormat.FindTranscripts(root) is not null)
            return Aishell;
        return LibriSpeechFormat.Matches(root) ? LibriSpeech : Plain;
    }

    /// <summary>The files of a folder with what the format tells about them.</summary>
    internal static IReadOnlyList<SpeechFile> List(
        string format, string root, ManifestOptions options, CancellationToken cancellation) => format switch
        {
            LibriSpeech => LibriSpeechFormat.List(root, cancellation),
            Aishell => AishellFormat.List(root, cancellation),
            CommonVoice => CommonVoiceFormat.List(root),
            Plain => [.. SpeechFolder.Find(root, name => SpeechFolder.HasEnding(name, options.Extensions), cancellation)
                .Select(path => new SpeechFile(path))],
            _ => throw CorpusFaults.UnknownFormat(format, Names),
        };
}

/// <summary>An audio file that a format lists.</summary>
/// <param name="RelativePath">Path below the root, with forward slashes.</param>
/// <param name="Transcript">What is said, where the format tells it.</param>
/// <param name="Split"><c>train</c>, <c>valid</c> or <c>test</c>, where the format has parts.</param>
/// <param name="Language">Language tag, where the format tells it.</param>
internal sealed record SpeechFile(string RelativePath, string? Transcript = null, string? Split = null, string? Language = null);
