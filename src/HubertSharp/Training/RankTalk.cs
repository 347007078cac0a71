using System.Globalization;
using System.Text;
using HubertSharp.Distributed;
using HubertSharp.Runs;
using HubertSharp.Tensors.Kernels;
using HubertSharp.Training.Logging;
using HubertSharp.Training.Updates;

namespace HubertSharp.Training;

/// <summary>
/// What the processes of a run say to each other beside gradients and scores: whether they begin with the same things, before each update
/// whether they still have the same weights, whether one is to stop or has met a fault, and what the first one decides for all.
/// </summary>
internal sealed class RankTalk(Replicas replicas)
{
    private const int MostShown = 300;

    /// <summary>What a message is about: processes at different places of the loop would take each other's for their own.</summary>
    private enum Subject
    {
        Introduction = 1,
        Meeting,
        Word,
        Weights,
    }

    public bool IsAlone => replicas.Count == 1;

    /// <summary>Wall time of training as the first process has it, at the last meeting.</summary>
    public double Seconds { get; private set; }

    /// <summary>Whether one of them was to stop at the last meeting.</summary>
    public bool IsInterrupted { get; private set; }

    /// <summary>Compares what the processes begin with, or go on with; the odd ones are named.</summary>
    /// <param name="things">Name → value, the same names everywhere.</param>
    /// <param name="update">The last one that is done.</param>
    /// <exception cref="UserException">Something differs.</exception>
    public void Introduce(IReadOnlyList<(string Name, string Value)> things, long update = 0)
    {
        if (IsAlone)
            return;
        var all = Gather(Subject.Introduction, update, writer =>
        {
            writer.Write(things.Count);
            foreach (var (name, value) in things)
            {
                writer.Write(name);
                writer.Write(value);
            }
        }).Select(reader => Enumerable.Range(0, reader.ReadInt32()).Select(_ => (Name: reader.ReadString(), Value: reader.ReadString()))
            .ToDictionary(t => t.Name, t => t.Value, StringComparer.Ordinal)).ToArray();
        foreach (var name in all.SelectMany(one => one.Keys).Distinct())
            Compare(name, [.. all.Select(one => one.GetValueOrDefault(name, "nothing"))],
                "start all of them with the same program, the same locale (LC_ALL), the same configuration and the same data");
    }

    /// <summary>All of them meet, before an update or after a validation.</summary>
    /// <param name="update">The last one that is done.</param>
    /// <param name="seconds">Wall time of training so far.</param>
    /// <param name="stops">Whether this process is to stop.</param>
    /// <param name="weights">What it has, from <see cref="WeightsOf"/>.</param>
    /// <param name="fault">What it has met, or null.</param>
    /// <returns>What another one has met; null where nothing has happened.</returns>
    /// <exception cref="UserException">Their weights differ.</exception>
    public UserException? Meet(long update, double seconds, bool stops, string weights, string? fault)
    {
        var all = Gather(Subject.Meeting, update, writer =>
        {
            writer.Write(seconds);
            writer.Write(stops);
            writer.Write(weights);
            writer.Write(fault ?? "");
        }).Select(reader => (Seconds: reader.ReadDouble(), Stops: reader.ReadBoolean(), Weights: reader.ReadString(),
            Fault: reader.ReadString())).ToArray();
        (Seconds, IsInterrupted) = (all[0].Seconds, all.Any(one => one.Stops));
        CompareWeights(update, [.. all.Select(one => one.Weights)]);
        var other = all.Index().FirstOrDefault(one => one.Item.Fault.Length > 0 && one.Index != replicas.Rank);
        return other.Item.Fault is { Length: > 0 } met ? DistributedFaults.OtherRank(other.Index, replicas.HostOf(other.Index), met) : null;
    }

    /// <summary>Before a checkpoint is written, all of them have to have the weights that are in it.</summary>
    /// <exception cref="UserException">They differ.</exception>
    public void Agree(long update, string weights) =>
        CompareWeights(update, [.. Gather(Subject.Weights, update, writer => writer.Write(weights)).Select(reader => reader.ReadString())]);

    /// <summary>What the first process says; the others need not know.</summary>
    public byte[] OfFirst(long update, Func<byte[]> say)
    {
        if (IsAlone)
            return say();
        var said = Gather(Subject.Word, update, writer =>
        {
            if (replicas.Writes)
                writer.Write(say());
        })[0];
        return said.ReadBytes((int)(said.BaseStream.Length - said.BaseStream.Position));
    }

    /// <summary>What the first process decides.</summary>
    public bool OfFirst(long update, Func<bool> decide) =>
        IsAlone ? decide() : OfFirst(update, () => (byte[])[decide() ? (byte)1 : (byte)0])[0] == 1;

    /// <summary>The averages of the first process.</summary>
    public MetricAverages OfFirst(long update, MetricAverages averages)
    {
        if (IsAlone)
            return averages;
        var said = OfFirst(update, () => ByteParts.Of(writer =>
        {
            var state = averages.Save();
            writer.Write(state.Count);
            foreach (var (key, meter) in state)
            {
                writer.Write(key);
                writer.Write(meter[0]);
                writer.Write(meter[1]);
            }
        }));
        using var reader = new BinaryReader(new MemoryStream(said));
        return MetricAverages.Restore(Enumerable.Range(0, reader.ReadInt32())
            .Select(_ => (Key: reader.ReadString(), Meter: (double[])[reader.ReadDouble(), reader.ReadDouble()]))
            .ToDictionary(m => m.Key, m => m.Meter, StringComparer.Ordinal));
    }

    /// <summary>Norm of the last gradients and hash of the weights, part by part.</summary>
    public static string WeightsOf(IEnumerable<UpdateRule> rules) => string.Join("; ", rules.Select(rule =>
        string.Create(CultureInfo.InvariantCulture,
            $"gradient norm {rule.LastNorm:R}, weights {BitHash.Of(rule.Part.Parameters.Masters):x16}")));

    private void CompareWeights(long update, string[] weights) => Compare($"what update {update} made of the weights", weights,
        "processors of different kinds round differently, so start the ranks on machines of one kind; the same command goes on from the "
        + "newest checkpoint, which all agreed on");

    private void Compare(string what, string[] values, string next)
    {
        var groups = values.Index().GroupBy(v => v.Item, StringComparer.Ordinal)
            .OrderByDescending(g => g.Count()).ThenBy(g => g.First().Index).ToArray();
        if (groups.Length == 1)
            return;
        var odd = groups.Skip(1).SelectMany(g => g).OrderBy(v => v.Index).ToArray();
        var names = replicas.NamesOf([.. odd.Select(v => v.Index)]);
        throw DistributedFaults.Differs(what, names, Short(groups[0].Key), Short(odd[0].Item), next);
    }

    private static string Short(string value) => value.Length <= MostShown ? value : value[..MostShown] + " ...";

    private BinaryReader[] Gather(Subject subject, long update, Action<BinaryWriter> write)
    {
        var all = replicas.Gather(ByteParts.Of(writer =>
        {
            writer.Write((byte)subject);
            writer.Write(update);
            write(writer);
        })).Select(bytes => new BinaryReader(new MemoryStream(bytes), Encoding.UTF8)).ToArray();
        var places = all.Select(reader => $"{(Subject)reader.ReadByte()} of update {reader.ReadInt64()}").ToArray();
        for (var rank = 1; rank < places.Length; rank++)
        {
            if (places[rank] != places[0])
                throw DistributedFaults.OutOfStep(places[0], rank, replicas.HostOf(rank), places[rank]);
        }
        return all;
    }
}
