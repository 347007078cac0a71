using System.Buffers;
using System.Buffers.Text;

namespace HubertSharp.Runs.Doctor.Logs;

/// <summary>
/// Numbers as Python prints them: <c>3.2e-05</c>, <c>nan</c>, <c>-inf</c>, also with a unit or a running mean behind them.
/// </summary>
internal static class LogNumber
{
    private static readonly SearchValues<byte> Between = SearchValues.Create("'\": =[("u8);

    /// <summary>The number that a text begins with; false where it begins with none.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out double value)
    {
        text = text.TrimStart((byte)' ');
        if (Utf8Parser.TryParse(text, out value, out _))
            return true;
        var negative = text.Length > 0 && text[0] == '-';
        var word = negative || (text.Length > 0 && text[0] == '+') ? text[1..] : text;
        if (StartsWith(word, "nan"u8))
            value = double.NaN;
        else if (StartsWith(word, "inf"u8))
            value = negative ? double.NegativeInfinity : double.PositiveInfinity;
        else
            return false;
        return true;
    }

    /// <summary>
    /// A whole number with or without marks between its thousands: <c>39,900</c>, <c>39.900</c>, <c>39'900</c>; false where the text begins
    /// with no digit. What follows it (<c>/400000</c>, <c>]</c>) does not count.
    /// </summary>
    public static bool TryParseCount(ReadOnlySpan<byte> text, out double value)
    {
        text = text.TrimStart((byte)' ');
        value = 0;
        var at = Digits(text, ref value);
        if (at is 0 or > 15)
            return false;
        if (at > 3 || text.Length <= at || text[at] is not ((byte)',' or (byte)'.' or (byte)'\''))
            return at == text.Length || text[at] is not ((byte)'.' or (byte)'e') || TryParse(text, out value);
        var (mark, grouped, groups) = (text[at], value, 0);
        while (text.Length > at && text[at] == mark && Digits(text[(at + 1)..], ref grouped) == 3 && ++groups < 5)
            (at, value) = (at + 4, grouped);
        return groups > 0 || mark != '.' || TryParse(text, out value);
    }

    private static int Digits(ReadOnlySpan<byte> text, ref double value)
    {
        var at = 0;
        for (; at < text.Length && at <= 15 && char.IsAsciiDigit((char)text[at]); at++)
            value = (value * 10) + (text[at] - '0');
        return at;
    }

    /// <summary>
    /// A number whose fraction may stand behind a comma, or whose thousands before one: <c>6,71</c> and <c>1,234.5</c>.
    /// </summary>
    /// <param name="text">Begins with the number.</param>
    /// <param name="line">The line around it: where it has a number with a point, a comma is none.</param>
    /// <param name="value">The number.</param>
    public static bool TryParseLocal(ReadOnlySpan<byte> text, ReadOnlySpan<byte> line, out double value)
    {
        if (!TryParse(text, out value))
            return false;
        text = text.TrimStart((byte)' ');
        double whole = 0, fraction = 0;
        var at = Digits(text, ref whole);
        if (at is 0 or > 3
            || text.Length <= at + 1
            || text[at] != ','
            || Digits(text[(at + 1)..], ref fraction) is not (> 0 and var places))
            return true;
        var behind = text[(at + 1 + places)..];
        if (places == 3 && (behind.StartsWith("."u8) || behind.StartsWith(","u8) || HasPoint(line)))
        {
            Span<byte> plain = stackalloc byte[64];
            var length = 0;
            foreach (var c in text[..Math.Min(text.Length, 40)])
            {
                if (c == ',')
                    continue;
                plain[length++] = c;
            }
            return TryParse(plain[..length], out value);
        }
        if (places > 1 || !HasPoint(line))
            value = whole + (fraction / Math.Pow(10, places));
        return true;
    }

    private static bool HasPoint(ReadOnlySpan<byte> line)
    {
        for (var at = 1; at + 1 < line.Length; at++)
        {
            if (line[at] == '.' && char.IsAsciiDigit((char)line[at - 1]) && char.IsAsciiDigit((char)line[at + 1]))
                return true;
        }
        return false;
    }

    /// <summary>
    /// The first number behind a key, as a dictionary, YAML, JSON or an argument list writes it: <c>'max_update': 400000</c>,
    /// <c>max_update=400000</c>, <c>num_classes: [504]</c>.
    /// </summary>
    public static bool TryFindAfter(ReadOnlySpan<byte> text, ReadOnlySpan<byte> key, out double value)
    {
        for (var at = text.IndexOf(key); at >= 0; at = text.IndexOf(key))
        {
            var before = at > 0 ? text[at - 1] : (byte)' ';
            var rest = text[(at + key.Length)..];
            text = rest;
            if (IsNamePart(before) || (rest.Length > 0 && IsNamePart(rest[0])))
                continue;
            var number = rest.IndexOfAnyExcept(Between);
            if (number is > 0 and <= 8 && Utf8Parser.TryParse(rest[number..], out value, out _) && double.IsFinite(value))
                return true;
        }
        value = 0;
        return false;
    }

    private static bool IsNamePart(byte c) => char.IsAsciiLetterOrDigit((char)c) || c == '_' || c == '-';

    private static bool StartsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) =>
        text.Length >= word.Length && (text[0] | 0x20) == word[0] && (text[1] | 0x20) == word[1] && (text[2] | 0x20) == word[2];
}
