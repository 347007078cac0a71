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
