namespace HubertSharp.Corpora.Espeak;

/// <summary>A synthetic speaker.</summary>
/// <param name="Name">Name within the corpus.</param>
/// <param name="Language"><c>zh</c> or <c>en</c>.</param>
/// <param name="Voice">espeak-ng's voice, with a variant after <c>+</c>.</param>
/// <param name="Pitch">0 to 100, 50 is the voice's own.</param>
/// <param name="WordsPerMinute">Speaking rate.</param>
/// <param name="Split">The part that alone hears the speaker.</param>
internal sealed record EspeakSpeaker(string Name, string Language, string Voice, int Pitch, int WordsPerMinute, string Split)
{
    // No variant with breath or echo in it: espeak-ng draws the one anew in every process, the other speaks into the pauses. Variants
    // that differ in little but their name (steph2) are left out. Women's and men's voices by turns; two of each language are heard in
    // validation alone, two in the test alone.
    private static readonly (string Variant, int Pitch, int WordsPerMinute, string Split)[] Voices =
    [
        ("", 50, 160, CorpusParts.Train),
        ("+f1", 55, 170, CorpusParts.Train),
        ("+m1", 45, 150, CorpusParts.Train),
        ("+belinda", 45, 175, CorpusParts.Train),
        ("+m3", 40, 145, CorpusParts.Train),
        ("+steph", 50, 150, CorpusParts.Train),
        ("+m4", 55, 165, CorpusParts.Train),
        ("+Annie", 50, 160, CorpusParts.Train),
        ("+m6", 60, 180, CorpusParts.Train),
        ("+aunty", 45, 140, CorpusParts.Train),
        ("+m7", 45, 155, CorpusParts.Train),
        ("+grandma", 50, 135, CorpusParts.Train),
        ("+m8", 50, 170, CorpusParts.Train),
        ("+steph3", 62, 165, CorpusParts.Train),
        ("+quincy", 55, 150, CorpusParts.Train),
        ("+belinda", 62, 150, CorpusParts.Train),
        ("+travis", 50, 155, CorpusParts.Valid),
        ("+linda", 48, 165, CorpusParts.Valid),
        ("+john", 50, 160, CorpusParts.Test),
        ("+shelby", 50, 155, CorpusParts.Test),
    ];

    // Mandarin is given as pinyin: espeak-ng's own dictionary of characters knows a few words only.
    private static readonly string[] English = ["en-us", "en", "en-us", "en-gb-x-rp", "en", "en-us", "en-gb-scotland", "en-us-nyc"];

    public static readonly EspeakSpeaker[] All = [.. For("zh", ["cmn-latn-pinyin"]), .. For("en", English)];

    private static IEnumerable<EspeakSpeaker> For(string language, string[] accents) =>
        Voices.Select((v, i) => new EspeakSpeaker($"{language}{i + 1}", language,
            // the voices of validation and test speak as some in training do
            (v.Split == CorpusParts.Train ? accents[i % accents.Length] : accents[0]) + v.Variant, v.Pitch, v.WordsPerMinute, v.Split));
}
