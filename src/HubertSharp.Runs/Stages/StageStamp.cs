using System.Text.Json;
using HubertSharp.Runs.Files;

namespace HubertSharp.Runs.Stages;

/// <summary>The record of one stage beside its results: what went in, and, once the stage is complete, what came out.</summary>
/// <remarks>Memory: at most 32 bytes per byte of the file, and 1 MiB.</remarks>
public sealed record StageStamp
{
    /// <summary>Bounds what is read back: a stamp is small, whatever a damaged file says.</summary>
    private const long MaximumBytes = 16 << 20;

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Settings and fingerprints of the files that went in (<see cref="StageInputs.Values"/>).</summary>
    public required IReadOnlyDictionary<string, string> Inputs { get; init; }

    /// <summary>
    /// Fingerprints of the files that came out, by path below the pipeline's folder; null while the stage is not complete.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Outputs { get; init; }

    /// <summary>Time that the stage took, over all its runs where it was continued.</summary>
    public double Seconds { get; init; }

    /// <summary>Reads a stamp; one that is missing or damaged counts as none, and the stage runs again.</summary>
    public static StageStamp? TryRead(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists || file.Length > MaximumBytes)
                return null;
            var stamp = JsonSerializer.Deserialize<StageStamp>(RegularFile.ReadAllBytes(path, RegularFile.MostOfDescription), Json);
            var isWhole = stamp?.Inputs is { } inputs && inputs.Values.Concat(stamp.Outputs?.Values ?? []).All(v => v is not null);
            return isWhole ? stamp : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public void Write(string path) => AtomicFile.WriteAllText(path, JsonSerializer.Serialize(this, Json) + "\n");

    /// <summary>Why this stamp does not stand for <paramref name="inputs"/>, in a few words, or null when it does.</summary>
    public string? ChangedFrom(StageInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        foreach (var (name, value) in inputs.Values)
        {
            if (!Inputs.TryGetValue(name, out var before))
                return $"{name} is new";
            if (before != value)
                return IsFingerprint(value) || IsFingerprint(before) ? $"{name} changed" : $"{name} changed from {before} to {value}";
        }
        return Inputs.Keys.FirstOrDefault(k => !inputs.Values.ContainsKey(k)) is { } gone ? $"{gone} is gone" : null;
    }

    private static bool IsFingerprint(string value) => value is "absent" || value.Length > 60;
}
