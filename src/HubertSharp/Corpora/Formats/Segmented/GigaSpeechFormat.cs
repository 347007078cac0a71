using System.Text.RegularExpressions;
using HubertSharp.Runs;

namespace HubertSharp.Corpora.Formats.Segmented;

/// <summary>
/// GigaSpeech: long Opus files and <c>GigaSpeech.json</c>. Its texts hold tags: those of punctuation are taken out, and a segment that
/// is nothing but noise, music or silence is left out.
/// </summary>
internal static partial class GigaSpeechFormat
{
    public const string IndexFile = "GigaSpeech.json";

    private static readonly SegmentedStyle s_style = new("GigaSpeech", "text_tn", "en", Spoken);

    public static SpeechListing List(
        string root, string output, string? subset, IProgress<StageProgress>? progress, CancellationToken cancellation) =>
        SegmentedIndex.List(root, IndexFile, s_style, output, subset, progress, cancellation);

    /// <summary>The words of a text without its tags; null for one that is no speech.</summary>
    internal static string? Spoken(string text) =>
        NoSpeech().IsMatch(text)
            ? null
            : string.Join(' ', Punctuation().Replace(text, " ").Split(' ', StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex("<(COMMA|PERIOD|QUESTIONMARK|EXCLAMATIONPOINT)>")]
    private static partial Regex Punctuation();

    [GeneratedRegex("<(SIL|MUSIC|NOISE|OTHER)>")]
    private static partial Regex NoSpeech();
}
