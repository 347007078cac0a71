using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using HubertSharp.Runs;

namespace HubertSharp.Distributed;

/// <summary>Items that several processes deal out in turn: a fault that one of them meets is one of all.</summary>
internal static class SharedItems
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>What all processes made of their items.</summary>
    /// <param name="replicas">Who shares.</param>
    /// <param name="count">How many items there are.</param>
    /// <param name="work">Given the numbers of this process's items, makes something of each.</param>
    /// <returns>By item.</returns>
    /// <exception cref="UserException">What this or another process met.</exception>
    public static IReadOnlyList<byte[]> InTurn(Replicas replicas, int count, Func<int[], IReadOnlyList<byte[]>> work)
    {
        int[] Of(int rank) => [.. Enumerable.Range(0, count).Where(item => item % replicas.Count == rank)];
        var made = Together(replicas, () => work(Of(replicas.Rank)));
        var items = new byte[count][];
        for (var rank = 0; rank < made.Count; rank++)
        {
            foreach (var (place, item) in Of(rank).Index())
                items[item] = made[rank][place];
        }
        return items;
    }

    /// <summary>The same where JSON holds what is made.</summary>
    public static IReadOnlyList<TMade> InTurn<TItem, TMade>(Replicas replicas, IReadOnlyList<TItem> items, Func<TItem, TMade> make)
    {
        if (replicas.Count == 1)
            return [.. items.Select(make)];
        var made = InTurn(replicas, items.Count,
            mine => [.. mine.Select(item => JsonSerializer.SerializeToUtf8Bytes(make(items[item]), s_json))]);
        return [.. made.Select(bytes => JsonSerializer.Deserialize<TMade>(bytes, s_json)!)];
    }

    /// <summary>What each process made, by rank; none goes on when one of them cannot.</summary>
    /// <exception cref="UserException">What this or another process met.</exception>
    public static IReadOnlyList<IReadOnlyList<byte[]>> Together(Replicas replicas, Func<IReadOnlyList<byte[]>> work)
    {
        if (replicas.Count == 1)
            return [work()];
        IReadOnlyList<byte[]> mine = [];
        UserException? fault = null;
        try
        {
            mine = work();
        }
        catch (UserException e)
        {
            fault = e;
        }
        var all = replicas.Gather(Packed(fault?.Message ?? "", mine)).Select(Unpacked).ToArray();
        if (fault is not null)
            throw fault;
        foreach (var (rank, (message, _)) in all.Index())
        {
            if (message.Length > 0)
                throw DistributedFaults.OtherRank(rank, replicas.HostOf(rank), message);
        }
        return [.. all.Select(one => one.Parts)];
    }

    private static byte[] Packed(string fault, IReadOnlyList<byte[]> parts)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(fault);
        writer.Write(parts.Count);
        foreach (var part in parts)
        {
            writer.Write(part.Length);
            writer.Write(part);
        }
        writer.Flush();
        return bytes.ToArray();
    }

    private static (string Fault, IReadOnlyList<byte[]> Parts) Unpacked(byte[] packed)
    {
        using var reader = new BinaryReader(new MemoryStream(packed), Encoding.UTF8);
        var fault = reader.ReadString();
        var parts = new byte[reader.ReadInt32()][];
        for (var i = 0; i < parts.Length; i++)
            parts[i] = reader.ReadBytes(reader.ReadInt32());
        return (fault, parts);
    }
}
