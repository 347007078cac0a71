using System.Text;
using HubertSharp.Runs.Languages;

namespace HubertSharp.Evaluation.Words;

/// <summary>How a text falls into tokens.</summary>
internal static class TextTokens
{
    /// <summary>Parted by white space of any kind, as Python's <c>split()</c> takes it.</summary>
    public static string[] Words(string text)
    {
        var words = new List<string>();
        for (int start = 0, end; start < text.Length; start = end + 1)
        {
            end = start;
            while (end < text.Length && !IsSpace(text[end]))
                end++;
            if (end > start)
                words.Add(text[start..end]);
        }
        return [.. words];
    }

    /// <summary>Parted by the space alone: jiwer's words.</summary>
    public static string[] SpacedWords(string text) => Stripped(text).Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Every character but white space.</summary>
    public static string[] Characters(string text) =>
        [.. text.EnumerateRunes().Where(r => !(r.IsBmp && IsSpace((char)r.Value))).Select(r => r.ToString())];

    /// <summary>Every character between the first and the last that are not white space, blanks among them: jiwer's characters.</summary>
    public static string[] SpacedCharacters(string text) => [.. Stripped(text).EnumerateRunes().Select(r => r.ToString())];

    /// <summary>
    /// Each Chinese character alone, and what stands between them and white space in one: for texts of several languages.
    /// </summary>
    public static string[] Mixed(string text)
    {
        var tokens = new List<string>();
        var word = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            var isSpace = rune.IsBmp && IsSpace((char)rune.Value);
            if (!isSpace && !Ideographs.Has(rune))
            {
                word.Append(rune.ToString());
                continue;
            }
            if (word.Length > 0)
                tokens.Add(word.ToString());
            word.Clear();
            if (!isSpace)
                tokens.Add(rune.ToString());
        }
        if (word.Length > 0)
            tokens.Add(word.ToString());
        return [.. tokens];
    }

    private static string Stripped(string text)
    {
        var (start, end) = (0, text.Length);
        while (start < end && IsSpace(text[start]))
            start++;
        while (start < end && IsSpace(text[end - 1]))
            end--;
        return text[start..end];
    }

    private static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\u001c' and <= '\u001f';
}
