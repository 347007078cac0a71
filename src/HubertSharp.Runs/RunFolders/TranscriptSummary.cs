using System.Text.Json;
using HubertSharp.Runs.Files;

namespace HubertSharp.Runs.RunFolders;

/// <summary>
/// <c>transcripts.json</c> of a fine-tuning's run folder: what was known of the transcripts before the first update, for whoever reads
/// the loss later.
/// </summary>
/// <remarks>Memory: at most 64 bytes per byte of the file, and 1 MiB.</remarks>
public sealed record TranscriptSummary
{
    private const long MaximumBytes = 16 << 20;
    /// <summary>How many utterances are named.</summary>
    public const int MostNamed = 1000;

    private static readonly JsonSerializerOptions s_json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Symbols of the dictionary, without the four special ones.</summary>
    public required int Symbols { get; init; }

    /// <summary>Utterances of an epoch.</summary>
    public required int Utterances { get; init; }

    /// <summary>Updates at the start in which only the output layer learns.</summary>
    public required int FrozenUpdates { get; init; }

    /// <summary>How many of them have fewer frames than their transcripts need: they teach nothing.</summary>
    public required int TooShort { get; init; }

    /// <summary>Some of those.</summary>
    public required IReadOnlyList<TooShortUtterance> TooShortNamed { get; init; }

    /// <summary>Some utterances of the validation of which the same is true; null in folders of older versions.</summary>
    public IReadOnlyList<TooShortUtterance>? TooShortValid { get; init; }

    /// <summary>Symbols of the transcripts that the dictionary lacks, of both splits.</summary>
    public required IReadOnlyList<string> Unknown { get; init; }

    /// <summary>Whether batches are cropped to their shortest clip while texts stay whole.</summary>
    public required bool Cropped { get; init; }

    /// <summary>Which symbols the training transcripts hold, by language; null in folders of older versions.</summary>
    public IReadOnlyList<SymbolUsage>? Usage { get; init; }

    public static TranscriptSummary Of(
        int symbols, int utterances, int frozenUpdates, IReadOnlyList<TooShortUtterance> tooShort, IReadOnlyList<string> unknown,
        bool cropped) => new()
        {
            Symbols = symbols,
            Utterances = utterances,
            FrozenUpdates = frozenUpdates,
            TooShort = tooShort.Count,
            TooShortNamed = [.. tooShort.Take(MostNamed)],
            Unknown = unknown,
            Cropped = cropped,
        };

    /// <exception cref="UserException">Not the JSON that a run writes, or above 16 MiB.</exception>
    public static TranscriptSummary Read(string path)
    {
        try
        {
            return OwnJson.Read<TranscriptSummary>(RegularFile.ReadAllBytes(path, MaximumBytes), s_json) ?? throw RunFaults.NotJson(path);
        }
        catch (JsonException e)
        {
            throw RunFaults.NotJson(path, e);
        }
    }

    /// <summary>Writes it whole or not at all.</summary>
    public void Write(string path) => AtomicFile.WriteAllText(path, JsonSerializer.Serialize(this, s_json) + "\n");
}

/// <summary>An utterance that is shorter than its transcript.</summary>
/// <param name="Path">As its manifest names it.</param>
/// <param name="Frames">Frames of the model in its batch.</param>
/// <param name="Needed">One for each symbol, and one between two that are the same.</param>
public sealed record TooShortUtterance(string Path, int Frames, int Needed);
