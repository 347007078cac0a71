namespace HubertSharp.Corpora;

/// <summary>One utterance of a corpus that this program makes.</summary>
/// <param name="RelativePath">Path below the corpus's audio folder, with forward slashes.</param>
/// <param name="LengthSamples">Length at 16 kHz.</param>
/// <param name="Language"><c>zh</c> or <c>en</c>.</param>
/// <param name="Speaker">The speaker's name within the corpus.</param>
/// <param name="Words">The transcript: words, or Mandarin syllables in zhuyin.</param>
/// <param name="Segments">What was said when; empty where that is not known.</param>
internal sealed record CorpusUtterance(
    string RelativePath, long LengthSamples, string Language, string Speaker, IReadOnlyList<string> Words,
    IReadOnlyList<CorpusSegment> Segments);

/// <summary>A syllable or phone of an utterance.</summary>
/// <param name="Label">The label, without space or tab.</param>
/// <param name="StartSample">First sample at 16 kHz.</param>
/// <param name="EndSample">The sample after the last one.</param>
internal readonly record struct CorpusSegment(string Label, long StartSample, long EndSample);
