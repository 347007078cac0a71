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
    /// <param name="format">One of <see cref="Names"/>.</param>
    /// <param name="root">The folder.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="other">Told the name of every file of a plain folder that does not end like audio.</param>
    /// <param name="cancellation">Ends the search.</param>
    internal static IReadOnlyList<SpeechFile> List(
        string format, string root, ManifestOptions options, Action<string> other, CancellationToken cancellation)
    {
        return format switch
        {
            LibriSpeech => LibriSpeechFormat.List(root, cancellation),
            Aishell => AishellFormat.List(root, cancellation),
            CommonVoice => CommonVoiceFormat.List(root),
            Plain => [.. SpeechFolder.Find(root, IsAudio, cancellation).Select(path => new SpeechFile(path))],
            _ => throw CorpusFaults.UnknownFormat(format, Names),
        };

        bool IsAudio(string name)
        {
            var isAudio = SpeechFolder.HasEnding(name, options.Extensions);
            if (!isAudio)
                other(name);
            return isAudio;
        }
    }
}

/// <summary>An audio file that a format lists.</summary>
/// <param name="RelativePath">Path below the root, with forward slashes.</param>
/// <param name="Transcript">What is said, where the format tells it.</param>
/// <param name="Split"><c>train</c>, <c>valid</c> or <c>test</c>, where the format has parts.</param>
/// <param name="Language">Language tag, where the format tells it.</param>
/// <param name="Speaker">Who speaks, where the format tells it.</param>
internal sealed record SpeechFile(
    string RelativePath, string? Transcript = null, string? Split = null, string? Language = null, string? Speaker = null)
{
    /// <summary>The path's folder so many above the file, or null where it has none.</summary>
    public static string? Folder(string path, int above) =>
        path.Split('/') is var parts && parts.Length > above ? parts[^(above + 1)] : null;
}
