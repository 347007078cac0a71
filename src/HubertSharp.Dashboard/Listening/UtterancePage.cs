using HubertSharp.Runs.Manifests;

namespace HubertSharp.Dashboard.Listening;

/// <summary>Some of a split's utterances.</summary>
/// <param name="Total">Utterances of the split.</param>
/// <param name="Found">Those that match the search.</param>
/// <param name="Refused">The manifest's root where its audio may not be played; else null.</param>
internal sealed record UtterancePage(
    string Split, IReadOnlyList<string> Splits, int Total, int Found, int Offset, string? Refused, IReadOnlyList<Utterance> Items);

/// <summary>An utterance as its manifest names it.</summary>
/// <param name="Index">Line of the manifest after the root, from 0.</param>
/// <param name="IsPlayable">By its file name, whether browsers play such a format; or short enough to be decoded for them.</param>
internal sealed record Utterance(int Index, string Path, double Seconds, string? Language, bool IsPlayable)
{
    public static Utterance Of(int index, ManifestEntry entry, int sampleRate, DecodedAudio decoded) =>
        new(index, entry.RelativePath, (double)entry.LengthSamples / sampleRate, entry.Language,
            AudioType.IsPlayable(entry.RelativePath) || decoded.Takes(entry, 0, entry.LengthSamples));
}

/// <summary>What is sent of an utterance.</summary>
internal sealed record UtteranceAudio(Stream Content, string Type);

/// <summary>An utterance with the labels of its frames.</summary>
/// <param name="LabelRate">Labels per second; not positive where the task has none.</param>
internal sealed record UtteranceTimeline(Utterance Utterance, double LabelRate, IReadOnlyList<LabelTrack> Tracks);

/// <summary>One label set along an utterance.</summary>
/// <param name="Segments">Cluster (-1 for what is no number) and frames, one after the other.</param>
/// <param name="Problem">Why there are none.</param>
internal sealed record LabelTrack(string Name, int Frames, IReadOnlyList<int[]> Segments, string? Problem);
