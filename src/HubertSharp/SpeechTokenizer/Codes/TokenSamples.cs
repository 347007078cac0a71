namespace HubertSharp.SpeechTokenizer.Codes;

/// <summary>How the length of a recording and the number of its frames belong together.</summary>
internal static class TokenSamples
{
    /// <summary>Whether a length that a file names, if any, has that many frames.</summary>
    public static bool Fit(long? samples, long frames, int hop) =>
        samples is not { } length || (length > (frames - 1) * hop && length <= frames * hop);
}
