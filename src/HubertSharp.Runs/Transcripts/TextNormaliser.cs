using System.Globalization;
using System.Text;
using HubertSharp.Runs.Languages;

namespace HubertSharp.Runs.Transcripts;

/// <summary>Texts as <see cref="TextRules"/> have them, their symbols, and the way back.</summary>
internal sealed class TextNormaliser(TextRules rules)
{
    /// <summary>Between words in letters.</summary>
    public const string WordEnd = "|";

    private const int Apostrophe = '\'', CurlyApostrophe = 0x2019, ChineseZero = 0x3007;

    /// <summary>A text in the form that its symbols spell: words separated by single spaces.</summary>
    /// <param name="text">As somebody wrote it.</param>
    /// <param name="where">Its place, for a fault.</param>
    /// <exception cref="UserException">Digits or punctuation that the rules refuse, or what cannot be a symbol.</exception>
    public string Normalise(string text, string where)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (rules.Nfkc)
            text = CompatibilityForm.Of(text);
        text = rules.Case switch
        {
            TextCase.Upper => text.ToUpperInvariant(),
            TextCase.Lower => text.ToLowerInvariant(),
            _ => text,
        };
        Rune[] runes = [.. text.EnumerateRunes()];
        var kept = new StringBuilder();
        for (var i = 0; i < runes.Length; i++)
        {
            var rune = runes[i];
            if (InvisibleCharacters.Instead(rune) is { } instead)
            {
                kept.Append(instead);
                continue;
            }
            var policy = PolicyOf(runes, i);
            if (policy == TextPolicy.Refuse)
                throw Rune.IsNumber(rune) ? TranscriptFaults.Digits(where, $"{rune}") : TranscriptFaults.Punctuation(where, $"{rune}");
            if (Rune.IsWhiteSpace(rune) || Rune.IsControl(rune) || policy == TextPolicy.Remove)
                kept.Append(' ');
            else if (rune.Value == '|' && rules.Units is TextUnits.Letters or TextUnits.Mixed)
                throw TranscriptFaults.WordEnd(where);
            else
                kept.Append(rune.Value == CurlyApostrophe ? "'" : rune.ToString());
        }
        return string.Join(' ', kept.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>The symbols of a normalised text.</summary>
    public IReadOnlyList<string> Symbols(string normalised)
    {
        ArgumentNullException.ThrowIfNull(normalised);
        var words = normalised.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return rules.Units switch
        {
            TextUnits.Tokens => words,
            TextUnits.Characters => [.. words.SelectMany(Characters)],
            TextUnits.Letters => [.. words.SelectMany(word => Characters(word).Append(WordEnd))],
            _ => Mixed(words),
        };
    }

    /// <summary>The text that symbols spell.</summary>
    public string Text(IEnumerable<string> symbols)
    {
        var text = rules.Units == TextUnits.Tokens
            ? string.Join(' ', symbols)
            : string.Concat(symbols).Replace(WordEnd, " ", StringComparison.Ordinal);
        return string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Whether a character is written without spaces around it: Chinese, Japanese kanji, the Chinese zero.</summary>
    public static bool IsIdeograph(Rune rune) => Ideographs.Has(rune) || rune.Value == ChineseZero;

    // a letter and the marks upon it are one symbol
    private static IEnumerable<string> Characters(string word)
    {
        for (var elements = StringInfo.GetTextElementEnumerator(word); elements.MoveNext();)
            yield return elements.GetTextElement();
    }

    private static List<string> Mixed(string[] words)
    {
        var symbols = new List<string>();
        foreach (var word in words)
        {
            var spells = false;
            foreach (var character in Characters(word))
            {
                var isIdeograph = IsIdeograph(Rune.GetRuneAt(character, 0));
                if (spells == isIdeograph && (spells || symbols is [.., not WordEnd]))
                    symbols.Add(WordEnd); // from a word into ideographs, or out of them into a word
                spells = !isIdeograph;
                symbols.Add(character);
            }
            if (spells)
                symbols.Add(WordEnd);
        }
        return symbols;
    }

    private TextPolicy PolicyOf(Rune[] runes, int i)
    {
        var rune = runes[i];
        if (Rune.IsNumber(rune))
            return rules.Digits;
        if (!Rune.IsPunctuation(rune) && !Rune.IsSymbol(rune))
            return TextPolicy.Keep;
        var isInside = rune.Value is Apostrophe or CurlyApostrophe && i > 0 && i + 1 < runes.Length
            && Rune.IsLetter(runes[i - 1]) && Rune.IsLetter(runes[i + 1]);
        return isInside || rune.Value == '|' ? TextPolicy.Keep : rules.Punctuation;
    }
}
