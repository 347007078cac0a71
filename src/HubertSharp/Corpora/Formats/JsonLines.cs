using System.Text.Json;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;

namespace HubertSharp.Corpora.Formats;

/// <summary>One JSON object on each line of a file, which may be packed with gzip; memory is one line.</summary>
internal static class JsonLines
{
    private const int MostLineBytes = 64 << 20; // a cut with its alignment

    /// <summary>Objects with the numbers of their lines.</summary>
    /// <exception cref="UserException">A line that is no JSON object, or what cannot be unpacked.</exception>
    public static IEnumerable<(JsonElement Value, long Line)> Of(string path, CancellationToken cancellation)
    {
        using var lines = new ByteLines(BoundedGzip.Open(path), path, MostLineBytes, cancellation: cancellation);
        while (lines.MoveNext())
        {
            if (Parse(lines.Current, path, lines.Number) is { } value)
                yield return (value, lines.Number);
        }
    }

    /// <summary>A text of an object; null where it has none.</summary>
    public static string? Text(JsonElement of, string name) => Text(of, name, "", 0);

    /// <summary>The same, and a fault for half of a character.</summary>
    public static string? Text(JsonElement of, string name, string path, long line)
    {
        if (of.ValueKind != JsonValueKind.Object || !of.TryGetProperty(name, out var value))
            return null;
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException e)
        {
            throw LayoutFaults.Malformed(path, line, "text", PrintableText.Of(e));
        }
    }

    /// <summary>A finite number of an object; null where it has none.</summary>
    public static double? Number(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
        && value.TryGetDouble(out var number) && double.IsFinite(number) ? number : null;

    /// <summary>The members of a list of an object; none where it has none.</summary>
    public static IEnumerable<JsonElement> List(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray()
            : [];

    private static JsonElement? Parse(ReadOnlySpan<byte> line, string path, long number)
    {
        if (!line.ContainsAnyExcept(" \t\r"u8))
            return null;
        var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = 32 });
        try
        {
            using var parsed = JsonDocument.ParseValue(ref reader);
            return parsed.RootElement.ValueKind == JsonValueKind.Object
                ? parsed.RootElement.Clone()
                : throw LayoutFaults.Malformed(path, number, "a JSON object", $"{parsed.RootElement.ValueKind}");
        }
        catch (JsonException e)
        {
            throw LayoutFaults.Malformed(path, number, "a JSON object", PrintableText.Of(e));
        }
    }
}
