using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Dashboard.Runs;

/// <summary>What the time of a run's processes went to; <c>ranks/times.jsonl</c> as the page draws it.</summary>
/// <param name="Update">Of the newest line.</param>
/// <param name="Slow">The rank that the others waited for there; null where none stood out.</param>
/// <param name="Hosts">The machine of each rank.</param>
/// <param name="Seconds">Of each rank what an update took there.</param>
/// <param name="Works">What each rank worked over the run, of many ranks only those at the ends and in the middle.</param>
internal sealed record RunRanks(
    long Update, int? Slow, IReadOnlyList<string> Hosts, IReadOnlyList<RankShare> Seconds, IReadOnlyList<RankCurve> Works)
{
    /// <summary>More lines than that nobody tells apart.</summary>
    private const int MostCurves = 8;

    /// <summary>Null for a run of one process.</summary>
    /// <exception cref="HubertSharp.Runs.UserException">No such file as a run writes.</exception>
    public static RunRanks? Of(RunEntry run)
    {
        if (run.File(RunFolder.RankTimesName) is not { } path || RankTimesFile.Read(path) is not { Count: > 0 } lines)
            return null;
        var newest = lines[^1];
        return new RunRanks(newest.Update, newest.Slow, newest.Hosts, newest.Ranks,
            newest.Ranks.Count <= MostCurves
                ? [.. newest.Ranks.Select((_, rank) =>
                    Curve($"{rank}", [.. lines.Where(l => l.Ranks.Count > rank)], l => l.Ranks[rank].Works))]
                : [
                    Curve("slowest", lines, l => l.Ranks.Max(rank => rank.Works)),
                    Curve("median", lines, l => l.Ranks.Select(rank => rank.Works).Order().ElementAt(l.Ranks.Count / 2)),
                    Curve("fastest", lines, l => l.Ranks.Min(rank => rank.Works)),
                ]);
    }

    private static RankCurve Curve(string name, IReadOnlyList<RankTimesLine> lines, Func<RankTimesLine, double> value) =>
        new(name, [.. lines.Select(line => line.Update)], [.. lines.Select(value)]);
}

/// <summary>Seconds over updates.</summary>
/// <param name="Name">The rank, or <c>slowest</c>, <c>median</c>, <c>fastest</c>.</param>
/// <param name="X">Updates.</param>
/// <param name="Y">Seconds of an update.</param>
internal sealed record RankCurve(string Name, IReadOnlyList<long> X, IReadOnlyList<double> Y);
