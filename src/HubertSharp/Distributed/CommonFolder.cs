using System.Diagnostics;
using System.Globalization;
using System.Text;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;

namespace HubertSharp.Distributed;

/// <summary>
/// Whether all ranks see the run folder that the first one writes: it leaves the number of its job there before any of them hears of it,
/// and all look for that number once they have. The file bears the number, so that jobs that write into one folder at once, as shards do,
/// do not take each other's, and goes when all have looked.
/// </summary>
internal static class CommonFolder
{
    /// <summary>
    /// NFS remembers nothing of a name that nobody asked for before, so that the first look sees what was made; other disks of a network
    /// may take some seconds.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    /// <summary>Leaves an empty file of that number; the first rank does so before it says it.</summary>
    /// <exception cref="UserException">It cannot be written.</exception>
    public static void Mark(string folder, long job)
    {
        var path = PathOf(folder, job);
        try
        {
            File.Create(path).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw WriteFaults.Of(path, e);
        }
    }

    /// <summary>All ranks look, and refuse to begin where one sees another folder.</summary>
    /// <param name="replicas">They know each other's machines.</param>
    /// <param name="folder">Of the reports, as this rank has it.</param>
    /// <param name="job">The first one's number.</param>
    /// <param name="patience">How long a rank looks.</param>
    /// <exception cref="UserException">The odd ranks are named.</exception>
    public static void Check(Replicas replicas, string folder, long job, TimeSpan patience)
    {
        var began = Stopwatch.GetTimestamp();
        bool isSeen;
        while (!(isSeen = File.Exists(PathOf(folder, job))) && Stopwatch.GetElapsedTime(began) < patience)
            Thread.Sleep(s_look);
        (bool IsSeen, string Run)[] all = [.. replicas.Gather([isSeen ? (byte)1 : (byte)0, .. Encoding.UTF8.GetBytes(RunOf(folder))])
            .Select(said => (said[0] == 1, Encoding.UTF8.GetString(said[1..])))];
        if (replicas.Writes)
            Remove(folder, job);
        int[] odd = [.. Enumerable.Range(0, all.Length).Where(rank => !all[rank].IsSeen)];
        if (odd.Length > 0)
            throw DistributedFaults.OtherRunFolder(replicas.NamesOf(odd), all[odd[0]].Run, $"rank 0 on {replicas.HostOf(0)}", all[0].Run);
    }

    private static void Remove(string folder, long job)
    {
        try
        {
            Owned.DeleteListed(folder, [Path.GetFileName(PathOf(folder, job))]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // it harms nobody
        }
    }

    private static string RunOf(string folder) => Path.GetDirectoryName(folder) ?? folder;

    private static string PathOf(string folder, long job) =>
        Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"job_{job:x16}.txt"));
}
