using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace HubertSharp.Runs.Doctor.Logs.Parsers;

/// <summary>The cells of a table's lines: quotes honoured, numbers as the spreadsheets of several countries write them.</summary>
internal sealed partial class CsvCells(char separator)
{
    private static readonly SearchValues<char> s_gaps = SearchValues.Create(" \u00a0\u2009\u202f'\u2019");

    private static readonly Encoding s_strict = new UTF8Encoding(false, throwOnInvalidBytes: true);
    private bool _hasDots; // a decimal point was seen
    private bool _hasCommas; // a decimal comma was seen

    public char Separator => separator;

    /// <summary>The readings of a header's bytes: UTF-8, else what spreadsheets in China, Taiwan and Europe write.</summary>
    public static IEnumerable<string> Readings(byte[] line)
    {
        string? text = null;
        try
        {
            text = s_strict.GetString(line);
        }
        catch (DecoderFallbackException)
        {
        }
        if (text is not null)
            return [text];
        return
        [
            CodePagesEncodingProvider.Instance.GetEncoding("gb18030")!.GetString(line),
            CodePagesEncodingProvider.Instance.GetEncoding("big5")!.GetString(line), Encoding.Latin1.GetString(line),
        ];
    }

    /// <summary>Separates at the separators that stand outside quotes; a doubled quote inside is one.</summary>
    public string[] Split(string text)
    {
        if (separator == '|')
            text = text.Trim('|');
        if (separator == ' ')
            return text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (!text.Contains('"', StringComparison.Ordinal))
            return text.Split(separator, StringSplitOptions.TrimEntries);
        var cells = new List<string>();
        for (var at = 0; at <= text.Length;)
        {
            var start = at;
            while (start < text.Length && text[start] == ' ')
                start++;
            var end = start;
            if (start < text.Length && text[start] == '"')
            {
                end++;
                while (end < text.Length && (text[end] != '"' || (end + 1 < text.Length && text[end + 1] == '"')))
                    end += text[end] == '"' ? 2 : 1;
                end = Math.Min(end, text.Length);
            }
            var stop = end < text.Length ? text.IndexOf(separator, end) : -1;
            stop = stop < 0 ? text.Length : stop;
            cells.Add(Bare(text[at..stop].Trim()));
            at = stop + 1;
        }
        return [.. cells];
    }

    /// <summary>The numbers of a row; null for a cell that is none.</summary>
    /// <param name="cells">The row.</param>
    /// <param name="isCount">Columns of whole numbers, in which a group of three digits is no fraction.</param>
    public double?[] Numbers(string[] cells, Func<int, bool> isCount)
    {
        var bare = cells.Select(WithoutGaps).ToArray();
        var comma = IsDecimalComma(bare, isCount);
        return [.. bare.Select((cell, i) => Number(cell, comma, isCount(i)))];
    }

    private double? Number(string cell, bool comma, bool isCount)
    {
        if (cell.Length > 1 && cell[^1] == '%')
            cell = cell[..^1].TrimEnd();
        if (isCount && cell.Length > 1 && cell[^1] is 'k' or 'K' or 'M' && char.IsAsciiDigit(cell[^2]))
            return Number(cell[..^1], comma, false) * (cell[^1] == 'M' ? 1_000_000 : 1000); // "39.9k"
        if (comma)
            cell = cell.Replace(".", "", StringComparison.Ordinal).Replace(',', '.');
        else if (Grouped(',').IsMatch(cell))
            cell = cell.Replace(",", "", StringComparison.Ordinal);
        else if (isCount && Grouped('.').IsMatch(cell) && (_hasCommas || !cell.EndsWith(".000", StringComparison.Ordinal)))
            cell = cell.Replace(".", "", StringComparison.Ordinal);
        return double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number
            : cell.ToLowerInvariant() switch
            {
                "nan" => double.NaN,
                "inf" or "infinity" => double.PositiveInfinity,
                "-inf" or "-infinity" => double.NegativeInfinity,
                _ => null,
            };
    }

    // "39.700" beside "2,9977" is German, "39,700" beside "2.9977" English; "6,645" alone is a fraction unless points were seen before.
    private bool IsDecimalComma(string[] cells, Func<int, bool> isCount)
    {
        var alone = false;
        for (var i = 0; i < cells.Length; i++)
        {
            var (comma, dot) = (cells[i].LastIndexOf(','), cells[i].LastIndexOf('.'));
            if ((comma < 0 && dot < 0) || !LikeNumber().IsMatch(cells[i]))
                continue;
            if (comma >= 0 && dot >= 0)
                return Seen(comma > dot);
            if (isCount(i))
                continue;
            if (dot >= 0 && !Grouped('.').IsMatch(cells[i]))
                return Seen(false);
            if (comma >= 0 && !Grouped(',').IsMatch(cells[i]))
                return Seen(true);
            alone |= comma >= 0 && cells[i].IndexOf(',') == comma;
        }
        return _hasCommas || (alone && !_hasDots);
    }

    private bool Seen(bool comma)
    {
        _hasCommas |= comma;
        _hasDots |= !comma;
        return comma;
    }

    // "39 700", "39'700", also with the narrow blanks of typesetters
    private static string WithoutGaps(string cell) =>
        cell.Length > 4 && char.IsAsciiDigit(cell[^1]) && cell.AsSpan().IndexOfAny(s_gaps) > 0 && Gaps().IsMatch(cell)
            ? GapCharacters().Replace(cell, "")
            : cell;

    private static string Bare(string cell) =>
        cell is ['"', .., '"'] && cell.Length > 1 ? cell[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal).Trim() : cell.Trim('"');

    private static Regex Grouped(char mark) => mark == ',' ? GroupedByCommas() : GroupedByDots();

    // "39,900", and as India groups: "1,00,000"
    [GeneratedRegex(@"\A[+-]?\d{1,3}(?:(?:,\d{3})+|(?:,\d{2})+,\d{3})(?:\.\d+)?\z")]
    private static partial Regex GroupedByCommas();

    [GeneratedRegex(@"\A[+-]?\d{1,3}(?:\.\d{3})+\z")]
    private static partial Regex GroupedByDots();

    [GeneratedRegex(@"\A[+-]?[\d.,]+(?:[eE][+-]?\d+)?\z")]
    private static partial Regex LikeNumber();

    [GeneratedRegex(@"\A[+-]?\d{1,3}(?:[ \u00a0\u2009\u202f'\u2019]\d{3})+(?:[.,]\d+)?\z")]
    private static partial Regex Gaps();

    [GeneratedRegex(@"[ \u00a0\u2009\u202f'\u2019]")]
    private static partial Regex GapCharacters();
}
