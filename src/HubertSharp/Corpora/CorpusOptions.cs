namespace HubertSharp.Corpora;

/// <summary>What decides a corpus that this program makes.</summary>
public sealed record CorpusOptions
{
    /// <summary>The same seed gives the same files, bit by bit.</summary>
    public long Seed { get; init; } = 42;

    /// <summary>Length of a synthetic corpus, in minutes; a corpus of recordings has its own length.</summary>
    public double Minutes { get; init; } = 10;

    /// <summary>Languages of <c>debian-speech</c>; null for all.</summary>
    public IReadOnlyList<string>? Languages { get; init; }

    /// <summary>Whether <c>debian-speech</c> holds recordings at 8 kHz too; their upper half of the spectrum is empty.</summary>
    public bool NarrowBand { get; init; }
}
