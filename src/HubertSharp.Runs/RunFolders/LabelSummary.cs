using System.Text.Json;
using System.Text.Json.Serialization;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Labels;

namespace HubertSharp.Runs.RunFolders;

/// <summary>What a run remembers of one label set, so that its loss can be judged without the labels (<c>labels.json</c>).</summary>
/// <remarks>Memory: at most 32 bytes per byte of the file, and 1 MiB.</remarks>
public sealed record LabelSummary
{
    private const long MaximumBytes = 64 << 20;
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>The name of the set: <c>km</c>.</summary>
    public required string Label { get; init; }

    /// <summary>Clusters of the dictionary (K).</summary>
    public required int Clusters { get; init; }

    public required double LabelRate { get; init; }

    /// <summary>Entropy of the training labels' histogram in bits.</summary>
    public required double EntropyBits { get; init; }

    /// <summary>How often each cluster occurs in the training labels.</summary>
    public required IReadOnlyList<long> Histogram { get; init; }

    /// <summary>What the check of the labels found; null in folders of older versions.</summary>
    public IReadOnlyList<LabelFinding>? Findings { get; init; }

    public static LabelSummary Of(string label, LabelReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new LabelSummary
        {
            Label = label,
            Clusters = report.Clusters,
            LabelRate = report.LabelRate,
            EntropyBits = report.Splits[0].EntropyBits,
            Histogram = report.Splits[0].Histogram,
            Findings = report.Findings,
        };
    }

    public static void Write(string path, IReadOnlyList<LabelSummary> sets) =>
        AtomicFile.WriteAllText(path, JsonSerializer.Serialize(sets, Options) + "\n");

    /// <summary>The sets in the order of <c>task.labels</c>.</summary>
    /// <exception cref="UserException">Not the JSON that a run writes, or above 64 MiB.</exception>
    public static IReadOnlyList<LabelSummary> Read(string path)
    {
        try
        {
            return OwnJson.Read<LabelSummary[]>(RegularFile.ReadAllBytes(path, MaximumBytes), Options) is { Length: > 0 } sets
                ? sets
                : throw RunFaults.NotJson(path);
        }
        catch (JsonException e)
        {
            throw RunFaults.NotJson(path, e);
        }
    }
}
