using System.Globalization;

namespace HubertSharp.Corpora.Pieces;

/// <summary>A part of a recording that is to be a file of its own: a manifest has whole files only.</summary>
/// <param name="RelativePath">Of the new file, below the folder of the pieces, with forward slashes; ends in <c>.flac</c>.</param>
/// <param name="Source">The recording, absolute.</param>
/// <param name="StartSeconds">Where the part begins.</param>
/// <param name="EndSeconds">Where it ends; null for the recording's end.</param>
internal sealed record SpeechPiece(string RelativePath, string Source, double StartSeconds, double? EndSeconds)
{
    /// <summary>The channel that is taken, from 0; null mixes all of them.</summary>
    public int? Channel { get; init; }

    /// <summary>No piece is longer: it is held in memory.</summary>
    public const double MostSeconds = 3600;

    /// <summary>Times as they stand in tables and messages: to the sample.</summary>
    public static string Text(double? seconds) => seconds?.ToString("0.######", CultureInfo.InvariantCulture) ?? "end";
}
