using System.Globalization;
using System.Text;
using HubertSharp.Runs;

namespace HubertSharp.Distributed.Nccl;

/// <summary>
/// What a rank has to move tensors of a GPU with. All of them have to do the same, so each hears the others' offers before the first sum,
/// and all come to the same choice.
/// </summary>
/// <param name="Version">Of the library; 0 where there is none.</param>
/// <param name="Missing">What is not there, in words; empty when all of it is.</param>
/// <param name="IsAsked">Whether the user named the library, which then has to work.</param>
internal sealed record NcclOffer(int Version, string Missing, bool IsAsked)
{
    /// <summary>The oldest one with what is used: send and receive came with 2.7, bfloat16 with 2.10.</summary>
    public const int Oldest = 21000;

    /// <summary>What this process has.</summary>
    public static NcclOffer Own(NcclCalls? calls, string? missing, string? named)
    {
        var version = calls?.Version() ?? 0;
        var old = calls is not null && version < Oldest ? $"{Text(version)}, too old: 2.10 or newer is needed" : "";
        return new NcclOffer(version, missing ?? old, named is { Length: > 0 });
    }

    public byte[] Pack() =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Version}\t{(IsAsked ? 1 : 0)}\t{Missing}"));

    public static NcclOffer Unpack(byte[] bytes) => Encoding.UTF8.GetString(bytes).Split('\t', 3) is [var version, var asked, var missing]
        ? new NcclOffer(int.Parse(version, CultureInfo.InvariantCulture), missing, asked == "1")
        : throw new ArgumentException("no offer", nameof(bytes));

    /// <summary>Why NCCL cannot be used, the first rank that lacks something named; null when it can.</summary>
    /// <param name="all">In the order of the ranks.</param>
    /// <param name="hostOf">The machine of a rank.</param>
    /// <exception cref="UserException">It cannot, and somebody asked for it.</exception>
    public static string? Obstacle(IReadOnlyList<NcclOffer> all, Func<int, string> hostOf)
    {
        var (rank, found) = all.Index().FirstOrDefault(one => one.Item.Missing.Length > 0) is { Item: { } lacking } first
            ? (first.Index, lacking.Missing)
            : all.Index().FirstOrDefault(one => one.Item.Version != all[0].Version) is { Item: { } other } odd
                ? (odd.Index, $"{Text(other.Version)}, and rank 0 has {Text(all[0].Version)}")
                : (0, "");
        if (found.Length == 0)
            return null;
        return all.Any(one => one.IsAsked)
            ? throw DistributedFaults.NoNccl(rank, hostOf(rank), found)
            : $"gradients travel through host memory, for NCCL cannot be used: rank {rank} on {hostOf(rank)} has {found}; "
                + $"{NcclCalls.Variable} names a library";
    }

    /// <summary>A number as people write it.</summary>
    public static string Text(int version) => version >= 10000
        ? string.Create(CultureInfo.InvariantCulture, $"NCCL {version / 10000}.{version / 100 % 100}.{version % 100}")
        : string.Create(CultureInfo.InvariantCulture, $"NCCL {version / 1000}.{version / 100 % 10}.{version % 100}");
}
