namespace HubertSharp.Corpora;

/// <summary>What <c>hubert manifest</c> found.</summary>
/// <param name="Format">The layout that the folder was read as.</param>
/// <param name="Splits">Per manifest: its name, utterances, and seconds of audio.</param>
/// <param name="Skipped">Files left out and why, in ordinal order.</param>
/// <param name="WithoutTranscript">Files for which the format should have a transcript but has none; null where it has none at all.</param>
public sealed record ManifestReport(
    string Format, IReadOnlyList<(string Name, int Utterances, double Seconds)> Splits, IReadOnlyList<(string File, string Reason)> Skipped,
    int? WithoutTranscript)
{
    /// <summary>
    /// The files that hold nothing in the upper part of the spectrum, where there are enough of them to matter; else null.
    /// </summary>
    public NarrowBand? Narrow { get; init; }

    /// <summary>
    /// Endings of files that were not looked at, because they are none of audio, with how many there are; the most first.
    /// </summary>
    public IReadOnlyList<(string Ending, int Files)> PassedOver { get; init; } = [];

    /// <summary>What the layout's own lists got wrong and how it was taken, one line each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Where the split is by speakers: those of <c>valid.tsv</c>, and how many there are in all; else null.</summary>
    public (IReadOnlyList<string> Valid, int All)? Speakers { get; init; }
}
