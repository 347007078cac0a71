using HubertSharp.Runs;

namespace HubertSharp.Corpora.Formats.Segmented;

/// <summary>WenetSpeech: hours-long Opus files and <c>WenetSpeech.json</c>, which names the segments with transcripts.</summary>
internal static class WenetSpeechFormat
{
    public const string IndexFile = "WenetSpeech.json";

    private static readonly SegmentedStyle s_style = new("WenetSpeech", "text", "zh", text => text);

    public static SpeechListing List(
        string root, string output, string? subset, IProgress<StageProgress>? progress, CancellationToken cancellation) =>
        SegmentedIndex.List(root, IndexFile, s_style, output, subset, progress, cancellation);
}
