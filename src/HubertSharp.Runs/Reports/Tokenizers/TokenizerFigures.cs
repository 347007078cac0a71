namespace HubertSharp.Runs.Reports.Tokenizers;

/// <summary>The names of the figures of a reconstruction, as the JSON has them.</summary>
public static class TokenizerFigures
{
    public const string Stoi = "stoi", Estoi = "estoi", SiSdr = "siSdrDb", Mel = "mel", MultiScaleMel = "msmel",
        LogSpectral = "lsd", Cepstral = "mcdDb", PitchError = "f0RmseCents", Voicing = "voicingError", WordErrors = "wer",
        CharacterErrors = "cer";

    /// <summary>The mel distance at one window length.</summary>
    public static string MelAt(int points) => $"mel{points}";
}
