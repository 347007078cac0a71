using System.Globalization;
using System.Text;

namespace HubertSharp.Runs;

/// <summary>
/// Text that may come from files of others, as it may reach a terminal. What a terminal would obey, or would not show, becomes one
/// question mark: control characters and escapes, marks that turn the direction of writing or take no width, halves of a character.
/// Letters, Chinese characters, accents and emoji stay.
/// </summary>
public static class PrintableText
{
    private const char Replacement = '?';
    private const int MostOfName = 120, MostOfReason = 300, MostOfMessage = 2000, EndOfMessage = 500;

    /// <summary>A name or value in a message: one line, not too long.</summary>
    public static string Of(string text) => Of(text, MostOfName);

    /// <summary>What a parser says; it may quote the file, at any length.</summary>
    public static string Of(Exception reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        return Of(reason.Message, MostOfReason);
    }

    /// <summary>The same with another bound.</summary>
    public static string Of(string text, int most)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Line(text.Length <= most ? text : $"{Start(text, most)}...");
    }

    /// <summary>
    /// A whole message: one line; of a very long one the beginning, which says what and where, and the end, which says what to do.
    /// </summary>
    public static string Message(string text) => Message(text, MostOfMessage, EndOfMessage);

    /// <summary>
    /// The same with other bounds: <paramref name="most"/> characters in all, <paramref name="end"/> of them from the end.
    /// </summary>
    internal static string Message(string text, int most, int end)
    {
        ArgumentNullException.ThrowIfNull(text);
        const string gap = " ... ";
        return Line(text.Length <= most ? text : Start(text, most - end - gap.Length) + gap + text[^end..]);
    }

    /// <summary>One line: line breaks and tabs become spaces.</summary>
    public static string Line(string text) => Clean(text, keepsLines: false);

    /// <summary>Several lines: line feeds and tabs stay.</summary>
    public static string Lines(string text) => Clean(text, keepsLines: true);

    /// <summary>JSON that stays exact: what must not reach a terminal is escaped. It can only stand within JSON's strings.</summary>
    public static string Json(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        if (IsPlain(json))
            return json;
        var shown = new StringBuilder(json.Length);
        foreach (var rune in json.EnumerateRunes())
        {
            foreach (var unit in rune.ToString())
                _ = IsPrintable(rune) || unit == '\n'
                    ? shown.Append(unit)
                    : shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
        }
        return shown.ToString();
    }

    /// <summary>Whether a terminal shows the character, and does nothing else.</summary>
    public static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => false,
        UnicodeCategory.Format => rune.Value is 0x200c or 0x200d, // they join or part letters of several scripts, and parts of emoji
        _ => true,
    };

    private static string Clean(string text, bool keepsLines)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (IsPlain(text))
            return text;
        var unbroken = keepsLines ? text.Replace("\r\n", "\n", StringComparison.Ordinal) : text.ReplaceLineEndings(" ");
        var shown = new StringBuilder(unbroken.Length);
        for (var i = 0; i < unbroken.Length;)
        {
            if (!Rune.TryGetRuneAt(unbroken, i, out var rune))
            {
                shown.Append(Replacement); // half of a surrogate pair
                i++;
                continue;
            }
            i += rune.Utf16SequenceLength;
            if (rune.Value is '\t' or '\n')
                shown.Append(keepsLines ? (char)rune.Value : ' ');
            else
                shown.Append(IsPrintable(rune) ? rune.ToString() : $"{Replacement}");
        }
        return shown.ToString();
    }

    // most of what is ever printed
    private static bool IsPlain(string text) => !text.AsSpan().ContainsAnyExceptInRange(' ', '~');

    private static string Start(string text, int length) => text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
}
