using System.Globalization;
using System.Text.Json;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;

namespace HubertSharp.SpeechTokenizer.Codes;

/// <summary>Codes as JSON: an object that says what they are of, and a row for each quantiser.</summary>
/// <remarks>Memory: at most 32 bytes per byte of the file, and 1 MiB.</remarks>
internal static class JsonCodes
{
    public const string Format = "hubertsharp.codes.1";

    private const long MostBytes = 256 << 20;

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public static TokenCodes Read(string path)
    {
        Stored stored;
        try
        {
            stored = JsonSerializer.Deserialize<Stored>(RegularFile.ReadAllBytes(path, MostBytes), s_json)
                ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            // the serializer's own words name types of the program
            throw TokenizerFaults.CodeFile(path, e.Path is { } place && !e.Message.StartsWith("Expected", StringComparison.Ordinal)
                ? $"another value at {PrintableText.Of(place)} than such a file has" : PrintableText.Of(e));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw TokenizerFaults.CodeFile(path, PrintableText.Of(e.Message));
        }
        if (stored.Format != Format)
            throw TokenizerFaults.CodeFile(path, $"the format {PrintableText.Of(stored.Format)}");
        var frames = stored.Codes is [{ Length: > 0 } row, ..] ? row.Length : 0;
        if (frames == 0 || stored.Codes.Any(other => other?.Length != frames))
            throw TokenizerFaults.CodeFile(path, "rows that are empty or not of one length");
        if (stored.SampleRate < 1 || stored.Hop < 1 || stored.CodebookSize is < 2 or > 1 << 16 || stored.FirstQuantizer is < 1 or > 255
            || stored.Codes.Length > 255 || !TokenSamples.Fit(stored.Samples, frames, stored.Hop))
            throw TokenizerFaults.CodeFile(path, "numbers that no codes have");
        var range = new QuantizerRange(stored.FirstQuantizer, stored.FirstQuantizer - 1 + stored.Codes.Length);
        var codes = new TokenCodes(range, stored.CodebookSize, stored.SampleRate, stored.Hop, stored.Samples, frames);
        for (var i = 0; i < stored.Codes.Length; i++)
        {
            CodeValues.Check(path, stored.Codes[i]!, new QuantizerRange(range.First + i, range.First + i), frames, stored.CodebookSize);
            for (var frame = 0; frame < frames; frame++)
                codes[range.First + i][frame] = (ushort)stored.Codes[i]![frame];
        }
        return codes;
    }

    public static void Write(string path, TokenCodes codes) => AtomicFile.Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, leaveOpen: true);
        writer.Write(string.Create(CultureInfo.InvariantCulture,
            $"{{\n \"format\": \"{Format}\",\n \"sampleRate\": {codes.SampleRate},\n \"hop\": {codes.Hop},\n"));
        writer.Write(string.Create(CultureInfo.InvariantCulture,
            $" \"samples\": {(codes.Samples is { } samples ? samples : "null")},\n \"codebookSize\": {codes.CodebookSize},\n"));
        writer.Write(string.Create(CultureInfo.InvariantCulture, $" \"firstQuantizer\": {codes.Range.First},\n \"codes\": [\n"));
        for (var quantizer = codes.Range.First; quantizer <= codes.Range.Last; quantizer++)
        {
            writer.Write("  [");
            for (var frame = 0L; frame < codes.Frames; frame++)
            {
                if (frame > 0)
                    writer.Write(',');
                writer.Write(codes[quantizer][frame]);
            }
            writer.Write(quantizer == codes.Range.Last ? "]\n" : "],\n");
        }
        writer.Write(" ]\n}\n");
    });

    private sealed record Stored(
        string Format, int SampleRate, int Hop, long? Samples, int CodebookSize, int FirstQuantizer, long[]?[] Codes);
}
