namespace HubertSharp.Corpora.Debian;

/// <summary>A recording of one syllable.</summary>
/// <param name="Label">Zhuyin with the tone digit (<c>ㄇㄚ3</c>; no digit: first tone).</param>
/// <param name="Samples">[S] float32 at 16 kHz.</param>
internal sealed record SyllableClip(string Label, float[] Samples);
