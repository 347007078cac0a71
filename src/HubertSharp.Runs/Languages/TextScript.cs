using System.Text;

namespace HubertSharp.Runs.Languages;

/// <summary>What a text is written in, as far as Mandarin, alphabets and switching between both can be told by letters.</summary>
public enum TextScript
{
    /// <summary>No letters, or those of another script: Cyrillic, Japanese with its kana.</summary>
    Other,

    /// <summary>Chinese characters or zhuyin alone.</summary>
    Chinese,

    /// <summary>Latin letters alone: English, pinyin.</summary>
    Latin,

    /// <summary>Latin letters beside those of another script.</summary>
    CodeSwitched,
}

/// <summary>Tells the script of texts.</summary>
public static class TextScripts
{
    /// <summary>The key of code-switched utterances where figures are split by language.</summary>
    public const string CodeSwitchedKey = "code_switched";

    /// <summary>The script of a text.</summary>
    public static TextScript Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (chinese, latin, other) = (false, false, false);
        foreach (var rune in text.EnumerateRunes())
        {
            var isChinese = Ideographs.Has(rune) || rune.Value is (>= 0x3100 and <= 0x312f) or (>= 0x31a0 and <= 0x31bf);
            var isLatin = !isChinese && Rune.IsLetter(rune) && IsLatin(rune.Value);
            chinese |= isChinese;
            latin |= isLatin;
            other |= !isChinese && !isLatin && Rune.IsLetter(rune);
        }
        return Of(chinese, latin, other);
    }

    /// <summary>The script of a text in parts.</summary>
    /// <param name="parts">The scripts of its symbols.</param>
    public static TextScript Of(IEnumerable<TextScript> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var (chinese, latin) = (false, false);
        foreach (var part in parts)
        {
            chinese |= part is TextScript.Chinese or TextScript.CodeSwitched;
            latin |= part is TextScript.Latin or TextScript.CodeSwitched;
        }
        return Of(chinese, latin, other: false);
    }

    /// <summary>As tables have it.</summary>
    public static string NameOf(TextScript script) => script switch
    {
        TextScript.Chinese => "Chinese",
        TextScript.Latin => "Latin",
        TextScript.CodeSwitched => "code-switched",
        _ => "other",
    };

    private static TextScript Of(bool chinese, bool latin, bool other) =>
        latin ? chinese || other ? TextScript.CodeSwitched : TextScript.Latin
        : chinese && !other ? TextScript.Chinese
        : TextScript.Other;

    // basic Latin to extended B, phonetic extensions and the additional ones, full-width forms
    private static bool IsLatin(int letter) => letter is (< 0x250) or (>= 0x1e00 and <= 0x1eff) or (>= 0xff21 and <= 0xff5a);
}
