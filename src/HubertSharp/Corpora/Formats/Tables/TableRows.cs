using System.Text;
using System.Text.Json;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;

namespace HubertSharp.Corpora.Formats.Tables;

/// <summary>
/// Rows of a table with a header: commas, semicolons or tabs (quotes as RFC 4180 has them, also around line breaks), LJSpeech's
/// <c>ID|TEXT|NORMALISED</c> without a header, or a JSON object on each line.
/// </summary>
internal static class TableRows
{
    private const int MostRowBytes = 1 << 20;

    /// <exception cref="Runs.UserException">A row with another number of cells, a quote that does not end, no JSON, or no
    /// UTF-8.</exception>
    public static IEnumerable<TableRow> Of(string path) =>
        HasObjects(path) ? Objects(path) : Cells(path);

    /// <summary>Whether a file begins like a table of recordings.</summary>
    public static bool Matches(string path)
    {
        try
        {
            using var reader = RegularFile.OpenText(path, MostRowBytes);
            if (reader.ReadLine() is not { } first)
                return false;
            if (HasObjects(path))
                return TableRow.AreColumns(Object(path, 1, first).Keys);
            return TableRow.AreColumns(first.Split(Separator(first)).Select(name => name.Trim('"'))) || IsLjSpeech(path, first);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or UserException)
        {
            return false;
        }
    }

    private static bool HasObjects(string path) =>
        path.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".json", StringComparison.OrdinalIgnoreCase);

    private static bool IsLjSpeech(string path, string first) =>
        Path.GetFileName(path) == "metadata.csv" && first.Split('|') is { Length: 2 or 3 } cells && cells[0].Length is > 0 and < 200;

    private static char Separator(string header) => "\t|,;".FirstOrDefault(c => header.Contains(c, StringComparison.Ordinal), ',');

    private static IEnumerable<TableRow> Cells(string path)
    {
        string[]? header = null;
        var (separator, number, quotes) = (',', 0, true);
        using var reader = RegularFile.OpenText(path, MostRowBytes);
        while (reader.ReadLine() is { } line)
        {
            var start = ++number;
            if (line.Contains('\uFFFD', StringComparison.Ordinal))
                throw LayoutFaults.NotUtf8(path, number);
            if (line.Length == 0)
                continue;
            if (header is null)
            {
                separator = Separator(line);
                quotes = separator is ',' or ';';
            }
            var cells = new List<string>();
            while (!Split(line, separator, quotes, cells))
            {
                if (line.Length > MostRowBytes || reader.ReadLine() is not { } more)
                    throw LayoutFaults.Malformed(path, start, "a quote that ends", line);
                number++;
                line = $"{line}\n{more}";
                cells.Clear();
            }
            if (header is null)
            {
                header = [.. cells.Select(name => name.Trim().ToLowerInvariant())];
                if (TableRow.AreColumns(header))
                    continue;
                if (!IsLjSpeech(path, line))
                    throw LayoutFaults.Malformed(path, start, "a header that names a column of files (file_name, path, audio, ...) and one "
                        + "of texts (transcription, sentence, text, ...)", line);
                header = cells.Count == 2 ? ["id", "text"] : ["id", "raw", "text"];
            }
            if (cells.Count != header.Length)
                throw LayoutFaults.Malformed(path, start, $"{header.Length} columns", $"{cells.Count}: {line}");
            yield return new TableRow(start, header.Zip(cells).DistinctBy(c => c.First).ToDictionary(StringComparer.Ordinal));
        }
    }

    /// <summary>Takes a line apart; false when a quote in it has not ended.</summary>
    private static bool Split(string line, char separator, bool quotes, List<string> cells)
    {
        for (var at = 0; at <= line.Length;)
        {
            if (quotes && at < line.Length && line[at] == '"')
            {
                var cell = new StringBuilder();
                for (at++; ; at++)
                {
                    if (at >= line.Length)
                        return false;
                    if (line[at] != '"')
                        cell.Append(line[at]);
                    else if (at + 1 < line.Length && line[at + 1] == '"')
                        cell.Append(line[at++]);
                    else
                        break;
                }
                var end = line.IndexOf(separator, at);
                cells.Add(cell.Append(line.AsSpan(at + 1, (end < 0 ? line.Length : end) - at - 1).Trim()).ToString());
                at = end < 0 ? line.Length + 1 : end + 1;
            }
            else
            {
                var end = line.IndexOf(separator, at) is >= 0 and var found ? found : line.Length;
                cells.Add(line[at..end]);
                at = end + 1;
            }
        }
        return true;
    }

    private static IEnumerable<TableRow> Objects(string path)
    {
        var number = 0;
        using var reader = RegularFile.OpenText(path, MostRowBytes);
        while (reader.ReadLine() is { } line)
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line))
                yield return new TableRow(number, Object(path, number, line));
        }
    }

    private static Dictionary<string, string> Object(string path, int number, string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 32 });
            return TableRow.CellsOf(json.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // no object, or half of a character
        {
            throw LayoutFaults.Malformed(path, number, "a JSON object", PrintableText.Of(e));
        }
    }
}
