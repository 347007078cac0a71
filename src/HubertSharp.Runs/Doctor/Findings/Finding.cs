using HubertSharp.Runs.Languages;

namespace HubertSharp.Runs.Doctor.Findings;

/// <summary>One thing that a rule saw, in both languages.</summary>
/// <param name="Level">Its weight in the verdict.</param>
/// <param name="Code">Stable name.</param>
/// <param name="Confidence">How sure the meaning is.</param>
/// <param name="Seen">The figures.</param>
/// <param name="Meaning">What they say.</param>
/// <param name="Next">What to do.</param>
/// <param name="Reference">Where this is known from.</param>
internal sealed record Finding(
    FindingLevel Level, string Code, FindingConfidence Confidence, Text Seen, Text Meaning, Text Next, string Reference)
{
    public LossFinding In(ReportLanguage language) =>
        new(Level, Code, Seen.In(language), Meaning.In(language), Next.In(language), Confidence, Reference);
}

/// <summary>A sentence in English and in Chinese.</summary>
internal readonly record struct Text(string English, string Chinese)
{
    public static implicit operator Text((string English, string Chinese) pair) => new(pair.English, pair.Chinese);

    public string In(ReportLanguage language) => language == ReportLanguage.Chinese ? Chinese : English;
}
