using HubertSharp.Audio.Fidelity;
using HubertSharp.SpeechTokenizer.Codes;

namespace HubertSharp.SpeechTokenizer.Scoring;

/// <summary>One recording and its reconstructions.</summary>
/// <param name="Name">As <see cref="Evaluation.Alignments.UtteranceIndex.NameOf"/> has it.</param>
/// <param name="Samples">How long it is.</param>
/// <param name="Codes">Of all quantisers.</param>
/// <param name="EncodeSeconds">What that took.</param>
/// <param name="Text">What the recogniser wrote down of it; null without one.</param>
/// <param name="Copies">One for each number of quantisers.</param>
internal sealed record RecordingScores(
    string Name, long Samples, TokenCodes Codes, double EncodeSeconds, string? Text, IReadOnlyList<CopyScores> Copies);

/// <summary>A reconstruction.</summary>
/// <param name="Fidelity">How near it is.</param>
/// <param name="DecodeSeconds">What decoding took.</param>
/// <param name="Text">What the recogniser wrote down of it; null without one.</param>
/// <param name="Measured">What programs of the user's measured, by their names.</param>
internal sealed record CopyScores(
    SpeechFidelity Fidelity, double DecodeSeconds, string? Text, IReadOnlyDictionary<string, double> Measured);
