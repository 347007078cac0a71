namespace HubertSharp.Decoding;

/// <summary>A word with its place in the recording.</summary>
/// <param name="Text">The word.</param>
/// <param name="Start">Seconds from the beginning: its first token's first frame.</param>
/// <param name="End">Seconds: behind its last token's last frame.</param>
/// <param name="Confidence">Geometric mean of its tokens' largest probabilities, 0 to 1.</param>
public sealed record TimedWord(string Text, double Start, double End, double Confidence);
