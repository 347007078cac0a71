using System.Buffers;
using System.Globalization;
using System.Text;
using HubertSharp.Runs.Transcripts;

namespace HubertSharp.Evaluation.Words;

/// <summary>What is made equal before texts are compared, in the default mode.</summary>
/// <param name="CompatibilityForms">Full-width letters and the like become their plain forms (NFKC).</param>
/// <param name="UpperCase">Case does not count.</param>
/// <param name="DropsPunctuation">
/// Only letters, numbers, their marks and the apostrophe of ASCII count; all else parts words, but what nobody sees, as a soft hyphen.
/// </param>
public sealed record TextNormalisation(bool CompatibilityForms = true, bool UpperCase = true, bool DropsPunctuation = true)
{
    // Unicode's full case mappings to upper case that take more than one character, of Latin script
    private static readonly Dictionary<char, string> s_longUpper =
        "ß=SS ŉ=ʼN ǰ=J̌ ẖ=H̱ ẗ=T̈ ẘ=W̊ ẙ=Y̊ ẚ=Aʾ ﬀ=FF ﬁ=FI ﬂ=FL ﬃ=FFI ﬄ=FFL ﬅ=ST ﬆ=ST".Split(' ')
            .ToDictionary(pair => pair[0], pair => pair[2..]);

    private static readonly SearchValues<char> s_long = SearchValues.Create([.. s_longUpper.Keys]);

    public static TextNormalisation None { get; } = new(false, false, false);

    /// <summary>A line that says it: <c>NFKC, upper case, without punctuation</c>.</summary>
    public override string ToString()
    {
        string[] parts =
        [
            .. CompatibilityForms ? ["NFKC"] : Array.Empty<string>(), .. UpperCase ? ["upper case"] : Array.Empty<string>(),
            .. DropsPunctuation ? ["without punctuation"] : Array.Empty<string>(),
        ];
        return parts.Length == 0 ? "texts as they are" : string.Join(", ", parts);
    }

    public string Apply(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (CompatibilityForms)
            text = CompatibilityForm.Of(text);
        if (UpperCase)
            text = ToUpper(text);
        if (!DropsPunctuation)
            return text;
        var kept = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            kept.Append(InvisibleCharacters.Instead(rune) ?? (IsOfWord(rune) ? rune.ToString() : " "));
        return kept.ToString();
    }

    internal static string ToUpper(string text)
    {
        var upper = text.ToUpperInvariant();
        if (!upper.AsSpan().ContainsAny(s_long))
            return upper;
        return string.Concat(upper.Select(c => s_longUpper.GetValueOrDefault(c, $"{c}")));
    }

    /// <summary>Letters, numbers and combining marks of any script, and the apostrophe.</summary>
    internal static bool IsOfWord(Rune rune) => rune.Value == '\'' || Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
            or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter
            or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark
            or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => true,
        _ => false,
    };
}
