using System.Text.Json;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Dashboard.Runs;

/// <summary>What lies beside a run's log: its starts (<c>environment.json</c>) and its resolved configuration.</summary>
/// <param name="Starts">Machine and versions, one entry per start; values as written.</param>
/// <param name="Config">Key and value of every setting.</param>
/// <param name="Problems">Files that cannot be read, and what of the configuration is not followed, one line each.</param>
internal sealed record RunDetails(
    IReadOnlyList<IReadOnlyDictionary<string, string>> Starts, IReadOnlyList<string[]> Config, IReadOnlyList<string> Problems)
{
    private const int MaximumStarts = 100;

    public static RunDetails Of(RunEntry run)
    {
        var problems = new List<string>();
        return new RunDetails(StartsOf(run, problems), Configuration(run, problems), problems);
    }

    private static List<IReadOnlyDictionary<string, string>> StartsOf(RunEntry run, List<string> problems)
    {
        if (run.File("environment.json") is not { } path)
            return [];
        try
        {
            var bytes = RegularFile.ReadAllBytes(path, RunEnvironment.MaximumBytes);
            using var json = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 16 });
            return [.. json.RootElement.GetProperty("starts").EnumerateArray().TakeLast(MaximumStarts)
                .Select(s => s.EnumerateObject().DistinctBy(p => p.Name).ToDictionary(p => p.Name, p => p.Value.ToString()))];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException
            or UserException or IOException or UnauthorizedAccessException)
        {
            problems.Add($"environment.json: {e.Message.ReplaceLineEndings(" ")}");
            return [];
        }
    }

    private static List<string[]> Configuration(RunEntry run, List<string> problems)
    {
        if (run.File("config.yaml") is not { } path)
            return [];
        try
        {
            var config = ConfigLoader.LoadRun(path);
            problems.AddRange(config.NotFollowed);
            return [.. config.Entries.Select(e => new[] { e.Key, $"{e.Value}" })];
        }
        catch (Exception e) when (e is UserException or IOException or UnauthorizedAccessException)
        {
            problems.Add(e.Message);
            return [];
        }
    }
}
