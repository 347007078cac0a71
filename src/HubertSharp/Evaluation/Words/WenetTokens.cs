using System.Globalization;
using System.Text;

namespace HubertSharp.Evaluation.Words;

/// <summary>
/// Tokens as WeNet's <c>compute-wer.py --char=1</c> makes them: each letter without case (Chinese, kana, hangul) alone; what is ASCII runs
/// on to the next blank; a fixed list of marks is dropped where a token would begin; what stands between <c>&lt;</c> and <c>&gt;</c> is
/// removed; all in upper case.
/// </summary>
internal static class WenetTokens
{
    private const string Dropped = "!,?、。！，；？：「」︰『』《》", Blanks = " \t\r\n";

    public static string[] Of(string text)
    {
        var runes = text.EnumerateRunes().ToArray();
        var tokens = new List<string>();
        for (var i = 0; i < runes.Length;)
        {
            var category = Rune.GetUnicodeCategory(runes[i]);
            var start = i++;
            if (Is(Dropped, runes[start]) || category is UnicodeCategory.SpaceSeparator or UnicodeCategory.OtherNotAssigned
                || Is(Blanks, runes[start]))
                continue;
            if (category != UnicodeCategory.OtherLetter)
            {
                var end = runes[start].Value == '<' ? '>' : ' ';
                while (i < runes.Length && runes[i].IsAscii && !Is(Blanks, runes[i]) && runes[i].Value != end)
                    i++;
                if (i < runes.Length && runes[i].Value == '>')
                    i++;
            }
            var token = WithoutTags(TextNormalisation.ToUpper(string.Concat(runes[start..i].Select(r => r.ToString()))));
            if (token.Length > 0)
                tokens.Add(token);
        }
        return [.. tokens];
    }

    private static bool Is(string marks, Rune rune) => rune.IsBmp && marks.Contains((char)rune.Value, StringComparison.Ordinal);

    private static string WithoutTags(string token)
    {
        var kept = new StringBuilder(token.Length);
        var isTag = false;
        foreach (var c in token)
        {
            if (c == '<')
                isTag = true;
            if (!isTag)
                kept.Append(c);
            if (c == '>')
                isTag = false;
        }
        return kept.ToString();
    }
}
