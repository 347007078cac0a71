namespace HubertSharp.Corpora.Debian;

/// <summary>Which voices a corpus of recordings holds.</summary>
/// <param name="Name">The corpus.</param>
/// <param name="Voices">Voices whose recordings are taken as they are.</param>
/// <param name="HasMandarin">Whether Mandarin syllables are joined.</param>
internal sealed record DebianSelection(string Name, IReadOnlyList<PackagedVoice> Voices, bool HasMandarin)
{
    public const string ZhEn = "debian-zh-en", Speech = "debian-speech";

    /// <summary>The small corpus of the demo.</summary>
    public static readonly DebianSelection Demo = new(ZhEn, [PackagedVoices.Allison], HasMandarin: true);

    /// <summary>All languages of <c>debian-speech</c>, in the order in which they are written.</summary>
    public static IReadOnlyList<string> Languages { get; } =
    [
        .. PackagedVoices.All.Select(v => v.Language).Distinct(), JoinedMandarin.Language,
    ];

    /// <summary>Debian's packages.</summary>
    public IReadOnlyList<string> Packages =>
        [.. (HasMandarin ? [JoinedMandarin.Package] : Array.Empty<string>()).Concat(Voices.SelectMany(v => v.Packages)).Distinct()];

    /// <summary>The voices of some languages.</summary>
    /// <param name="languages">Null for all.</param>
    /// <param name="narrowBand">Recordings at 8 kHz too.</param>
    /// <exception cref="Runs.UserException">There is no voice of a language.</exception>
    public static DebianSelection Of(IReadOnlyList<string>? languages, bool narrowBand)
    {
        if (languages?.FirstOrDefault(l => !Languages.Contains(l)) is { } unknown)
            throw CorpusFaults.NoSuchLanguage(unknown, Languages);
        bool Wanted(string language) => languages is null || languages.Contains(language);
        return new(Speech, [.. PackagedVoices.All.Where(v => Wanted(v.Language) && (narrowBand || !v.IsNarrowBand))],
            Wanted(JoinedMandarin.Language));
    }
}
