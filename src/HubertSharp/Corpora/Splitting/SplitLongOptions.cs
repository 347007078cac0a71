namespace HubertSharp.Corpora.Splitting;

/// <summary>What <c>hubert corpus split-long</c> is asked for.</summary>
public sealed record SplitLongOptions
{
    /// <summary>A folder of recordings, one recording, or a manifest (<c>.tsv</c>).</summary>
    public required string Recordings { get; init; }

    /// <summary>Gets <c>audio/</c>, the manifest, and <c>pieces.tsv</c>.</summary>
    public required string Output { get; init; }

    /// <summary>No piece is shorter. Above 0.</summary>
    public double MinSeconds { get; init; } = 1;

    /// <summary>No piece is longer; at least twice <see cref="MinSeconds"/>. HuBERT's crops have 15.6 s.</summary>
    public double MaxSeconds { get; init; } = 15;

    /// <summary>A pause to cut at is at least so long.</summary>
    public double PauseSeconds { get; init; } = 0.3;

    /// <summary>Language of all pieces; null leaves it to the manifest.</summary>
    public string? Language { get; init; }
}

/// <summary>What <c>hubert corpus split-long</c> did.</summary>
/// <param name="Manifest">The manifest of the pieces.</param>
/// <param name="Recordings">Recordings that were cut.</param>
/// <param name="Pieces">Their pieces.</param>
/// <param name="Seconds">Of all recordings.</param>
/// <param name="PieceSeconds">Of all pieces; the rest are pauses and what was too short.</param>
/// <param name="ShortSeconds">Speech that stays too short for a piece of its own.</param>
/// <param name="CutInSpeech">Cuts without a pause.</param>
/// <param name="Skipped">Recordings that could not be read or have no speech.</param>
public sealed record SplitLongReport(
    string Manifest, int Recordings, int Pieces, double Seconds, double PieceSeconds, double ShortSeconds, int CutInSpeech,
    IReadOnlyList<(string File, string Reason)> Skipped);
