namespace HubertSharp.Runs.Reports.Tokenizers;

/// <summary>The names of the figures of a reconstruction, as the JSON has them.</summary>
public static class TokenizerFigures
{
    public const string Stoi = "stoi", Estoi = "estoi", Visqol = "visqol-exp", SiSdr = "siSdrDb", Mel = "mel", MultiScaleMel = "msmel",
        LogSpectral = "lsd", Cepstral = "mcdDb", PitchError = "f0RmseCents", Voicing = "voicingError", WordErrors = "wer",
        CharacterErrors = "cer";

    /// <summary>Those that a report shows before its page of a tokenizer.</summary>
    public static IReadOnlyList<string> Chief { get; } = [Stoi, Mel, CharacterErrors];

    /// <summary>Whether a figure of this program is called so.</summary>
    public static bool IsOwn(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.StartsWith(Mel, StringComparison.OrdinalIgnoreCase)
            || new[] { Stoi, Estoi, Visqol, SiSdr, MultiScaleMel, LogSpectral, Cepstral, PitchError, Voicing, WordErrors,
                CharacterErrors }
                .Contains(name, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The mel distance at one window length.</summary>
    public static string MelAt(int points) => $"mel{points}";
}
