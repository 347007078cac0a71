using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using HubertSharp.Runs.Files;

namespace HubertSharp.Runs.RunFolders;

/// <summary><c>environment.json</c>: on what machine and with which versions each start of a run happened.</summary>
/// <remarks>Memory: at most 64 bytes per byte of the file, and 1 MiB.</remarks>
public static class RunEnvironment
{
    /// <summary>Some ten thousand starts.</summary>
    private const long MaximumBytes = 16L << 20;

    /// <summary>A key that comes twice is found here, not where an entry is looked at.</summary>
    private static readonly JsonDocumentOptions s_strict = new() { AllowDuplicateProperties = false };

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Adds an entry for this start.</summary>
    /// <param name="path">The file; made when it is not there, put aside when it is damaged or above 16 MiB.</param>
    /// <param name="details">What only the caller knows: libtorch's version, device, precision, threads.</param>
    /// <param name="update">The update that the start continues from.</param>
    /// <param name="notice">Told when the file is put aside.</param>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public static void Append(string path, IReadOnlyDictionary<string, string> details, long update = 0, Action<string>? notice = null)
    {
        ArgumentNullException.ThrowIfNull(details);
        var starts = Read(path, notice);
        var entry = new JsonObject
        {
            ["time"] = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ["from_update"] = update,
            ["program"] = BuildVersion.Current.Version,
            ["commit"] = BuildVersion.Current.Commit ?? "unknown",
            ["dotnet"] = RuntimeInformation.FrameworkDescription,
            ["system"] = RuntimeInformation.OSDescription,
            ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString(),
            ["processor"] = Processor(),
            ["cores"] = Environment.ProcessorCount,
            ["memory_bytes"] = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        };
        if (BuildVersion.Current.IsDirty is { } dirty)
            entry.Insert(entry.IndexOf("commit") + 1, "commit_dirty", dirty);
        foreach (var (key, value) in details)
            entry[key] = value;
        starts.Add(entry);
        AtomicFile.WriteAllText(path, new JsonObject { ["starts"] = starts }.ToJsonString(Indented) + "\n");
    }

    /// <summary>The last start, key by key; what is wrong with the file where it cannot be read, nothing where it is not there.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> LastStart(string path)
    {
        var starts = Starts(path, most: 1, out var damage);
        return damage is not null ? [new(Path.GetFileName(path), damage)] : starts is [var last] ? last : [];
    }

    /// <summary>The last starts, oldest first, each key by key; none where the file is not there or cannot be read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="most">How many at the most.</param>
    /// <param name="damage">What is wrong with the file; null where nothing is.</param>
    public static IReadOnlyList<IReadOnlyList<KeyValuePair<string, string>>> Starts(string path, int most, out string? damage)
    {
        damage = null;
        if (FileStatus.IdentityOf(path) is null || TryRead(path, out damage) is not { } starts)
            return [];
        damage = null;
        return [.. starts.TakeLast(most).OfType<JsonObject>()
            .Select(start => start.Select(p => KeyValuePair.Create(p.Key, p.Value?.ToString() ?? "")).ToArray())];
    }

    private static JsonArray Read(string path, Action<string>? notice)
    {
        if (FileStatus.IdentityOf(path) is null)
            return [];
        if (TryRead(path, out var damage) is { } starts)
            return starts;
        SideFiles.PutAside(path, damage!, notice);
        return [];
    }

    private static JsonArray? TryRead(string path, out string? damage)
    {
        if (SideFiles.Obstacle(path) is { } obstacle)
        {
            damage = obstacle;
            return null;
        }
        damage = "not the JSON that a run writes";
        try
        {
            if (new FileInfo(path).Length <= MaximumBytes)
                return JsonNode.Parse(RegularFile.ReadAllText(path, MaximumBytes), documentOptions: s_strict)?["starts"]?.DeepClone()
                    as JsonArray;
            damage = $"above {MaximumBytes >> 20} MiB";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or UserException)
        {
            damage = $"cannot be read ({PrintableText.Of(e)})";
        }
        return null;
    }

    private static string? Processor()
    {
        const string CpuInfo = "/proc/cpuinfo";
        var line = File.Exists(CpuInfo)
            ? RegularFile.ReadLines(CpuInfo).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }
}
