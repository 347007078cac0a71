using HubertSharp.Evaluation.Alignments;

namespace HubertSharp.Evaluation.Quality;

/// <summary>What <c>hubert quality</c> compares.</summary>
public sealed record QualityOptions
{
    /// <summary>Manifest that the labels were made from.</summary>
    public required string ManifestPath { get; init; }

    /// <summary>Label files to score.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>Labels per second: one for all files, or one each.</summary>
    public required IReadOnlyList<double> LabelRates { get; init; }

    /// <summary>Reference file of any format that <see cref="References.Open"/> takes.</summary>
    public required string ReferencePath { get; init; }

    /// <summary>Whether tone and stress digits are removed from the reference, as the reference script does.</summary>
    public bool RemoveDigits { get; init; } = true;

    /// <summary><c>--pad_len</c> of the reference script.</summary>
    public int Pad { get; init; }

    /// <summary><c>--upsample</c> of the reference script.</summary>
    public int Upsample { get; init; } = 1;
}
