using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Reports;
using HubertSharp.Runs.Reports.Tokenizers;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Dashboard.Runs;

/// <summary>What lies beside a run's log: its starts (<c>environment.json</c>) and its resolved configuration.</summary>
/// <param name="Starts">Machine and versions, one entry per start; values as written.</param>
/// <param name="Config">Key and value of every setting.</param>
/// <param name="Worth">What its checkpoints are worth (<c>worth.json</c>); null where none was scored.</param>
/// <param name="HasReconstructions">A tokenizer that was evaluated: there is a page with what it makes of recordings.</param>
/// <param name="Problems">Files that cannot be read, and what of the configuration is not followed, one line each.</param>
internal sealed record RunDetails(
    IReadOnlyList<IReadOnlyDictionary<string, string>> Starts, IReadOnlyList<string[]> Config, RunWorth? Worth,
    bool HasReconstructions, IReadOnlyList<string> Problems)
{
    private const int MaximumStarts = 100;

    public static RunDetails Of(RunEntry run)
    {
        var problems = new List<string>();
        return new RunDetails(StartsOf(run, problems), Configuration(run, problems), WorthOf(run, problems),
            run.File($"{RunFolder.ReconstructionsName}/{TokenizerReport.PageName}") is not null, problems);
    }

    private static List<IReadOnlyDictionary<string, string>> StartsOf(RunEntry run, List<string> problems)
    {
        if (run.File(RunFolder.EnvironmentName) is not { } path)
            return [];
        var starts = RunEnvironment.Starts(path, MaximumStarts, out var damage);
        if (damage is not null)
            problems.Add($"{RunFolder.EnvironmentName}: {damage}");
        return [.. starts.Select(start => start.ToDictionary())];
    }

    private static RunWorth? WorthOf(RunEntry run, List<string> problems)
    {
        try
        {
            return run.File(RunFolder.WorthName) is { } path ? RunWorth.Read(path) : null;
        }
        catch (UserException e)
        {
            problems.Add(e.Message);
            return null;
        }
    }

    private static List<string[]> Configuration(RunEntry run, List<string> problems)
    {
        if (run.File(RunFolder.ConfigName) is not { } path)
            return [];
        try
        {
            var config = ConfigLoader.LoadAnyRun(path);
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
