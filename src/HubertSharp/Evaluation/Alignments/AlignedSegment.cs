namespace HubertSharp.Evaluation.Alignments;

/// <summary>A syllable or phone and the samples that it covers.</summary>
/// <param name="Label">The label with its tone or stress digit, if it has one.</param>
/// <param name="StartSample">First sample, at 16 kHz.</param>
/// <param name="EndSample">The sample after the last one.</param>
internal readonly record struct AlignedSegment(string Label, long StartSample, long EndSample);
