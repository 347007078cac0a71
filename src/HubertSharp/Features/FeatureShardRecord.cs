using System.Text.Json;
using System.Text.Json.Serialization;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;

namespace HubertSharp.Features;

/// <summary>The file <c>{split}_{rank}_{count}.features.json</c>, written last: a shard of ours that lacks it is not whole.</summary>
/// <remarks>Memory: at most 32 bytes per byte of the file, and 1 MiB.</remarks>
/// <param name="Format">Always <see cref="CurrentFormat"/>.</param>
/// <param name="Features">What the numbers are.</param>
/// <param name="Frames">Rows of the <c>.npy</c>.</param>
/// <param name="Utterances">Lines of the <c>.len</c>.</param>
internal sealed record FeatureShardRecord(string Format, FeatureDescription Features, long Frames, int Utterances)
{
    public const string CurrentFormat = "hubertsharp.features.v1";

    private const int MaximumBytes = 1 << 16;

    public void Write(string path) =>
        AtomicFile.WriteAllText(path, JsonSerializer.Serialize(this, FeatureJson.Default.FeatureShardRecord) + "\n");

    /// <summary>Reads the record, or null where there is none (a dump of fairseq's).</summary>
    /// <exception cref="UserException">Not such a record.</exception>
    public static FeatureShardRecord? Read(string path)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            if (new FileInfo(path).Length > MaximumBytes)
                throw FeatureFaults.Record(path, "more than 64 KiB");
            var record = JsonSerializer.Deserialize(RegularFile.ReadAllText(path, RegularFile.MostOfDescription),
                FeatureJson.Default.FeatureShardRecord);
            if (record?.Features is null
                || record.Format != CurrentFormat
                || string.IsNullOrEmpty(record.Features.Kind)
                || record.Features.Dimensions <= 0)
                throw FeatureFaults.Record(path, $"format '{record?.Format}'");
            return record;
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            throw FeatureFaults.Record(path, e.Message);
        }
    }
}

/// <summary>JSON of feature descriptions, with the names of the fields in snake_case.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FeatureShardRecord))]
[JsonSerializable(typeof(FeatureDescription))]
internal sealed partial class FeatureJson : JsonSerializerContext;
