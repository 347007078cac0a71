namespace HubertSharp.Evaluation.Probe;

/// <summary>One labelled stretch of speech that a probe learns from or is tested on.</summary>
/// <param name="Utterance">Index of its utterance in the probe's list.</param>
/// <param name="StartSample">First sample, at 16 kHz.</param>
/// <param name="EndSample">The sample after the last one.</param>
/// <param name="Label">The class.</param>
/// <param name="Speaker">The speaker, or an empty text where unknown.</param>
/// <param name="Pronunciation">Speaker and label with its tone or stress: what may be the same piece of sound used twice.</param>
/// <param name="Recording">The file that it stands in.</param>
/// <param name="IsScored">It counts where it is tested; others are only learnt from.</param>
internal sealed record ProbeExample(
    int Utterance, long StartSample, long EndSample, string Label, string Speaker, string Pronunciation, string Recording,
    bool IsScored = true);
