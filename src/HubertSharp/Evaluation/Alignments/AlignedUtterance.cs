namespace HubertSharp.Evaluation.Alignments;

/// <summary>One utterance of an alignment file; samples between the segments are silence.</summary>
/// <param name="Name">Path as the file gives it.</param>
/// <param name="Speaker">The speaker, or null where the file does not say.</param>
/// <param name="LengthSamples">Length in samples at 16 kHz.</param>
/// <param name="Segments">Segments in order of time, without overlap.</param>
internal sealed record AlignedUtterance(string Name, string? Speaker, long LengthSamples, IReadOnlyList<AlignedSegment> Segments)
{
    /// <summary>The length is that of the last time in the file: silence behind it is not counted.</summary>
    public bool IsApproximate { get; init; }
}
