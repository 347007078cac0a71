using System.Globalization;
using HubertSharp.Distributed;
using HubertSharp.Runs;

namespace HubertSharp.Training;

/// <summary>
/// With how many threads each process computes: torch splits its sums among them, so that what is to be the same to the last bit
/// (<c>distributed_training.reproducible</c>) needs as many in each process.
/// </summary>
internal static class RankThreads
{
    private const string Key = "common.num_threads";

    /// <summary>What a log says of it; all processes ask at the same place. Null for one process whose bits nobody counts on.</summary>
    /// <param name="replicas">Who trains.</param>
    /// <param name="mine">Threads of this process.</param>
    /// <param name="keepsBits">Whether sums have a fixed order.</param>
    public static string? Told(Replicas replicas, int mine, bool keepsBits)
    {
        if (replicas.Count == 1)
            return keepsBits ? $"sums have a fixed order (distributed_training.reproducible); {SameBits(mine)}" : null;
        int[] threads = [.. replicas.Gather(BitConverter.GetBytes(mine)).Select(said => BitConverter.ToInt32(said))];
        var groups = threads.Index().GroupBy(one => one.Item, one => one.Index)
            .OrderByDescending(group => group.Count()).ThenBy(group => group.First()).ToArray();
        var common = groups[0].Key;
        if (groups.Length == 1)
            return $"each process computes with {Counted.Of(common, "thread")}" + (keepsBits ? $"; {SameBits(common)}" : "");
        var odd = string.Join("; ", groups.Skip(1).Select(group => $"{replicas.NamesOf([.. group])} with {Number(group.Key)}"));
        var told = $"the processes compute with {Counted.Of(common, "thread")}, but {odd}";
        return !keepsBits ? told
            : $"warning: {told}: another division of the work, or the ranks in another order, would come to other last bits; "
                + $"give all of them the same {Key}";
    }

    private static string SameBits(int threads) => $"other runs come to the same last bits with {Key}={Number(threads)} in each process";

    private static string Number(int count) => count.ToString(CultureInfo.InvariantCulture);
}
