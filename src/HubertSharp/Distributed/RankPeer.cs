using HubertSharp.Runs;
using HubertSharp.Runs.Files;

namespace HubertSharp.Distributed;

/// <summary>A process of the job, as it introduced itself.</summary>
/// <param name="Rank">From 0.</param>
/// <param name="Host">Its machine.</param>
/// <param name="Space">The space of its process number, which machines and containers have of their own.</param>
/// <param name="Process">Its process number.</param>
internal sealed record RankPeer(int Rank, string Host, string Space, int Process)
{
    private const int MostOfStat = 4096;

    /// <summary>This process.</summary>
    public static RankPeer Own(int rank) => new(rank, Environment.MachineName, OwnSpace(), Environment.ProcessId);

    /// <summary>Whether it can be looked at from another process.</summary>
    public bool IsSeenBy(RankPeer other) => OperatingSystem.IsLinux() && Host == other.Host && Space == other.Space;

    /// <summary>The kernel's letter for the state of a process that can be seen: T is stopped; null when it has gone.</summary>
    public char? State()
    {
        try
        {
            var stat = RegularFile.ReadAllText($"/proc/{Process}/stat", MostOfStat);
            var letter = stat[stat.LastIndexOf(')') + 2]; // the name before may hold anything
            return letter is 'Z' or 'X' ? null : letter;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or UserException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    public override string ToString() => $"rank {Rank} on {Host} (process {Process})";

    private static string OwnSpace()
    {
        try
        {
            return new FileInfo("/proc/self/ns/pid").LinkTarget ?? "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
