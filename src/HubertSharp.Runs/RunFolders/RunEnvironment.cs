using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace HubertSharp.Runs.RunFolders;

/// <summary><c>environment.json</c>: on what machine and with which versions each start of a run happened.</summary>
public static class RunEnvironment
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Adds an entry for this start.</summary>
    /// <param name="path">The file; made when it is not there.</param>
    /// <param name="details">What only the caller knows: libtorch's version, device, precision, threads.</param>
    /// <param name="update">The update that the start continues from.</param>
    /// <exception cref="UserException">The file is not what a run writes, or cannot be written.</exception>
    public static void Append(string path, IReadOnlyDictionary<string, string> details, long update = 0)
    {
        ArgumentNullException.ThrowIfNull(details);
        var starts = Read(path);
        var entry = new JsonObject
        {
            ["time"] = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ["from_update"] = update,
            ["program"] = typeof(RunEnvironment).Assembly.GetName().Version?.ToString(3),
            ["dotnet"] = RuntimeInformation.FrameworkDescription,
            ["system"] = RuntimeInformation.OSDescription,
            ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString(),
            ["processor"] = Processor(),
            ["cores"] = Environment.ProcessorCount,
            ["memory_bytes"] = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        };
        foreach (var (key, value) in details)
            entry[key] = value;
        starts.Add(entry);
        AtomicFile.WriteAllText(path, new JsonObject { ["starts"] = starts }.ToJsonString(Indented) + "\n");
    }

    private static JsonArray Read(string path)
    {
        if (!File.Exists(path))
            return [];
        try
        {
            return JsonNode.Parse(File.ReadAllText(path))?["starts"]?.DeepClone() as JsonArray ?? throw RunFaults.NotJson(path);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw RunFaults.NotJson(path, e);
        }
    }

    private static string? Processor()
    {
        const string CpuInfo = "/proc/cpuinfo";
        var line = File.Exists(CpuInfo) ? File.ReadLines(CpuInfo).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }
}
