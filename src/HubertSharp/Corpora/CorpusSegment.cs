namespace HubertSharp.Corpora;

/// <summary>A syllable or phone of an utterance.</summary>
/// <param name="Label">The label, without space or tab.</param>
/// <param name="StartSample">First sample at 16 kHz.</param>
/// <param name="EndSample">The sample after the last one.</param>
internal readonly record struct CorpusSegment(string Label, long StartSample, long EndSample);
