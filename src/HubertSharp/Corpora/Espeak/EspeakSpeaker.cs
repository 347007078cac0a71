namespace HubertSharp.Corpora.Espeak;

/// <summary>A synthetic speaker.</summary>
/// <param name="Name">Name within the corpus.</param>
/// <param name="Language"><c>zh</c> or <c>en</c>.</param>
/// <param name="Voice">espeak-ng's voice, with a variant after <c>+</c>.</param>
/// <param name="Pitch">0 to 100, 50 is the voice's own.</param>
/// <param name="WordsPerMinute">Speaking rate.</param>
internal sealed record EspeakSpeaker(string Name, string Language, string Voice, int Pitch, int WordsPerMinute)
{
    // No variant with breath or echo in it: espeak-ng draws the one anew in every process, the other speaks into the pauses.
    // Mandarin is given as pinyin: espeak-ng's own dictionary of characters knows a few words only.
    public static readonly EspeakSpeaker[] All =
    [
        new("zh1", "zh", "cmn-latn-pinyin", 50, 150),
        new("zh2", "zh", "cmn-latn-pinyin+f1", 55, 160),
        new("zh3", "zh", "cmn-latn-pinyin+m3", 40, 140),
        new("zh4", "zh", "cmn-latn-pinyin+belinda", 60, 170),
        new("zh5", "zh", "cmn-latn-pinyin+m7", 45, 155),
        new("zh6", "zh", "cmn-latn-pinyin+steph", 50, 145),
        new("en1", "en", "en-us", 50, 165),
        new("en2", "en", "en-us+f1", 55, 175),
        new("en3", "en", "en+m3", 40, 155),
        new("en4", "en", "en+belinda", 60, 170),
        new("en5", "en", "en-gb-scotland+m7", 45, 160),
        new("en6", "en", "en-us+steph", 50, 150),
    ];
}
