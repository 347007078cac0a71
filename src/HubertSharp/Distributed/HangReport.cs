using System.Globalization;
using HubertSharp.Runs;

namespace HubertSharp.Distributed;

/// <summary>Says of the last calls of all ranks which rank is behind, and where.</summary>
internal static class HangReport
{
    private const int ShownRanks = 8;

    private static readonly TimeSpan s_running = TimeSpan.FromSeconds(5);

    /// <summary>Reads the reports of run folders, of their folders <c>ranks</c>, or single files.</summary>
    /// <exception cref="UserException">None there, a file that is none, or reports of several jobs.</exception>
    public static IReadOnlyList<CallReport> Read(IEnumerable<string> paths)
    {
        var reports = paths.SelectMany(FilesOf).Distinct(StringComparer.Ordinal).Select(file => (File: file, Report: CallReport.Read(file)))
            .OrderBy(r => r.Report.Rank).ToArray();
        foreach (var (file, report) in reports.Skip(1))
        {
            var (other, first) = reports[0];
            if ((report.Job, report.Count) != (first.Job, first.Count))
                throw DistributedFaults.OtherJob(file, other);
        }
        foreach (var (first, second) in reports.Zip(reports.Skip(1)))
        {
            if (first.Report.Rank == second.Report.Rank)
                throw DistributedFaults.TwiceTheRank(second.Report.Rank, first.File, second.File);
        }
        return [.. reports.Select(r => r.Report)];
    }

    /// <summary>What is to be said, line by line.</summary>
    /// <param name="reports">Of one job, by rank.</param>
    public static IEnumerable<string> Lines(IReadOnlyList<CallReport> reports)
    {
        var last = reports.Select(r => r.Last).OfType<RankCall>().MaxBy(call => call.Number);
        yield return $"{Counted.Of(reports[0].Count, "rank")} on {Hosts(reports)}; "
            + (last is null ? "none of them began a call to the others" : $"the last call is number {last.Number}, {last.Text}");
        int[] missing = [.. Enumerable.Range(0, reports[0].Count).Except(reports.Select(r => r.Rank))];
        if (missing.Length > 0)
            yield return $"no report of rank {Listed(missing)}: give those of all machines, or it never began";
        if (last is null)
            yield break;
        foreach (var line in Strays(reports))
            yield return line;
        CallReport[] behind = [.. reports.Where(r => (r.Last?.Number ?? 0) < last.Number)];
        foreach (var report in behind)
            yield return Behind(report);
        foreach (var line in Waiting(reports, last, behind.Length))
            yield return line;
    }

    private static string Behind(CallReport report)
    {
        var name = Name(report);
        if (report.Last is not { } call)
            return $"{name} is behind: it made no call yet{Since(report)}";
        return call.Ended is { } ended
            ? $"{name} is behind: its last call, number {call.Number}, {call.Text}, ended at {Clock(ended)}{Since(report)}"
            : $"{name} is behind: it is in call {call.Number}, {call.Text}, since {Clock(call.Begun)}, which others have left";
    }

    private static string Since(CallReport report) => report.Doing is not { } doing ? ""
        : doing.What == RankReport.Done ? "; it is done"
        : string.Create(CultureInfo.InvariantCulture,
            $"; since {Clock(doing.Since)} it {doing.What}{(doing.Update > 0 ? $" (update {doing.Update})" : "")}");

    private static IEnumerable<string> Waiting(IReadOnlyList<CallReport> reports, RankCall last, int behind)
    {
        if (reports.Count == reports[0].Count && reports.All(r => r.Doing?.What == RankReport.Done))
        {
            yield return "all of them are done";
            yield break;
        }
        if (DateTime.UtcNow - (last.Ended ?? last.Begun) < s_running && reports.All(r => r.Doing?.What != RankReport.Failed))
        {
            yield return "the last call is some seconds old: the job runs, as it seems; ask again if it does not go on";
            yield break;
        }
        CallReport[] there = [.. reports.Where(r => r.Last?.Number == last.Number).OrderBy(r => r.Last!.Begun)];
        CallReport[] waiting = [.. there.Where(r => r.Last!.Ended is null)];
        if (waiting.Length == 0)
        {
            yield return $"no rank waits: {(there.Length == reports.Count ? "all of them" : $"rank {Listed(there.Select(r => r.Rank))}")} "
                + $"ended call {last.Number}{(there.Length == reports.Count ? ", so the job ended, or was ended, between two calls" : "")}";
            yield break;
        }
        var spread = waiting[^1].Last!.Begun - waiting[0].Last!.Begun;
        yield return $"rank {Listed(waiting.Select(r => r.Rank).Order())} {(waiting.Length == 1 ? "waits" : "wait")} in call {last.Number} "
            + $"since {Clock(waiting[0].Last!.Begun)}" + (waiting.Length == 1 ? "" : string.Create(CultureInfo.InvariantCulture,
                $"; {Name(waiting[^1])} came last, {spread.TotalSeconds:0.000} s after {Name(waiting[0])} by their own clocks"));
        if (behind > 0 || waiting.Length < reports[0].Count)
            yield break;
        CallReport[] silent = [.. reports.Where(r => r.Doing?.What != RankReport.Failed)];
        yield return silent.Length == 0 || silent.Length == reports.Count
            ? "all of them are in that call and none came back: look at the network between the machines, or at the MPI library"
            : $"rank {Listed(silent.Select(r => r.Rank))} left no last word when the others ended the job: killed, stopped, out of memory, "
                + "or without a machine or network; see what the job said last, and the log of the kernel there";
    }

    /// <summary>Ranks that made another call under the same number: each waits for a call that the others never make.</summary>
    private static IEnumerable<string> Strays(IReadOnlyList<CallReport> reports)
    {
        var numbers = reports.SelectMany(r => r.Calls.Select(c => c.Number)).Distinct().Order();
        foreach (var number in numbers)
        {
            var made = reports.Where(r => r.Call(number) is not null).Select(r => (Report: r, Call: r.Call(number)!)).ToArray();
            var common = made.MaxBy(one => made.Count(other => other.Call.IsSameAs(one.Call)));
            var strays = made.Where(one => !one.Call.IsSameAs(common.Call)).ToArray();
            foreach (var (report, call) in strays)
            {
                yield return $"{Name(report)} went another way: its call {number} is {call.Text}, and that of {Name(common.Report)} "
                    + $"{common.Call.Text}; this is a bug, please report it";
            }
            if (strays.Length > 0)
                yield break; // what comes later follows from it
        }
    }

    private static IEnumerable<string> FilesOf(string path)
    {
        if (!Directory.Exists(path))
            return [Path.GetFullPath(path)];
        var folder = Path.Combine(path, MpiReplicas.FolderName) is var inner && Directory.Exists(inner) ? inner : path;
        string[] files = [.. Directory.EnumerateFiles(folder, "rank_*.calls").Select(Path.GetFullPath).Order(StringComparer.Ordinal)];
        return files.Length > 0 ? files : throw DistributedFaults.NoCalls(folder, "none");
    }

    private static string Hosts(IReadOnlyList<CallReport> reports) =>
        string.Join(", ", reports.GroupBy(r => r.Host).Select(h => $"{h.Key} ({h.Count()})"));

    private static string Name(CallReport report) => $"rank {report.Rank} on {report.Host} (process {report.Process})";

    private static string Listed(IEnumerable<int> ranks)
    {
        int[] all = [.. ranks];
        return string.Join(", ", all.Take(ShownRanks)) + (all.Length > ShownRanks ? $" and {all.Length - ShownRanks} more" : "");
    }

    private static string Clock(DateTime time) => time.ToString("HH:mm:ss.fff 'UTC'", CultureInfo.InvariantCulture);
}
