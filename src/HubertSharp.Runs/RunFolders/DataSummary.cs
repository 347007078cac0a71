using System.Text.Json;
using System.Text.Json.Serialization;
using HubertSharp.Runs.Files;

namespace HubertSharp.Runs.RunFolders;

/// <summary>
/// How much of a manifest a training hears in an epoch, and what it leaves out why (<c>data.json</c>): shares are of the whole manifest.
/// </summary>
/// <remarks>Memory: at most 32 bytes per byte of the file, and 1 MiB.</remarks>
public sealed record DataSummary
{
    /// <summary>From this share on somebody should know.</summary>
    public const double NoteworthyShare = 0.05;

    private const long MaximumBytes = 1 << 20;
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Name of the manifest: <c>train</c>.</summary>
    public required string Split { get; init; }

    /// <summary>All that the manifest lists.</summary>
    public required AudioAmount Manifest { get; init; }

    /// <summary>Shorter than <see cref="MinSampleSize"/>.</summary>
    public required AudioAmount TooShort { get; init; }

    /// <summary>Longer than <see cref="MaxKeepSize"/>.</summary>
    public required AudioAmount TooLong { get; init; }

    /// <summary>The last batch, that of the shortest utterances, which training leaves out as fairseq does.</summary>
    public required AudioAmount LastBatch { get; init; }

    /// <summary>Left to other epochs where languages are balanced (<c>dataset.language_temperature</c>); null where they are not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AudioAmount? OtherEpochs { get; init; }

    /// <summary>Cropped from longer utterances, in an epoch; with <c>random_crop</c> another part each time.</summary>
    public required double CroppedSeconds { get; init; }

    /// <summary>
    /// The part of it that lies beyond <see cref="MaxSampleSize"/>; the rest is cropped to a batch's shortest row. Null: not told.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? AboveMaxSeconds { get; init; }

    /// <summary><c>task.random_crop</c>: whether other epochs hear other parts. Null: not told.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? RandomCrop { get; init; }

    /// <summary><c>task.min_sample_size</c> in samples.</summary>
    public int? MinSampleSize { get; init; }

    /// <summary><c>task.max_keep_size</c> in samples.</summary>
    public int? MaxKeepSize { get; init; }

    /// <summary><c>task.max_sample_size</c> in samples.</summary>
    public int? MaxSampleSize { get; init; }

    /// <summary>Utterances that are never heard.</summary>
    [JsonIgnore]
    public long LeftOut => (long)TooShort.Utterances + TooLong.Utterances + LastBatch.Utterances;

    /// <summary>Audio that is never heard.</summary>
    [JsonIgnore]
    public double LeftOutSeconds => TooShort.Seconds + TooLong.Seconds + LastBatch.Seconds;

    [JsonIgnore]
    public double HeardSeconds => Manifest.Seconds - LeftOutSeconds - CroppedSeconds - (OtherEpochs?.Seconds ?? 0);

    /// <summary>Of the utterances or of the audio that are never heard, whichever is more.</summary>
    [JsonIgnore]
    public double LeftOutShare => Math.Max(Share(LeftOut, Manifest.Utterances), Share(LeftOutSeconds, Manifest.Seconds));

    /// <summary>Of the audio that cropping takes in an epoch.</summary>
    [JsonIgnore]
    public double CroppedShare => Share(CroppedSeconds, Manifest.Seconds);

    public static double Share(double part, double whole) => whole > 0 ? part / whole : 0;

    public static void Write(string path, DataSummary summary) =>
        AtomicFile.WriteAllText(path, JsonSerializer.Serialize(summary, Options) + "\n");

    /// <exception cref="UserException">Not the JSON that a run writes, or above 1 MiB.</exception>
    public static DataSummary Read(string path)
    {
        try
        {
            return OwnJson.Read<DataSummary>(RegularFile.ReadAllBytes(path, MaximumBytes), Options);
        }
        catch (JsonException e)
        {
            throw RunFaults.NotJson(path, e);
        }
    }
}

/// <summary>Some utterances and how long they are together.</summary>
public sealed record AudioAmount(int Utterances, double Seconds);
