using HubertSharp.Models;
using static TorchSharp.torch;

namespace HubertSharp.Pretraining;

/// <summary>
/// All numbers of one micro-batch in one float64 tensor, so that they leave the device in one transfer, and only when somebody
/// looks at them. Counts up to 2^53 stay exact.
/// </summary>
internal sealed class PackedScores : IDisposable
{
    private readonly bool _hasPenalty;
    private readonly IReadOnlyList<int>[] _masked;
    private readonly IReadOnlyList<int>[] _unmasked;
    private readonly (int Layer, IReadOnlyList<int>[] Masked)[] _middle;

    /// <param name="result">What the model returned; its tensors may go afterwards.</param>
    public PackedScores(LossResult result)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        List<Tensor> parts = [result.Loss];
        _hasPenalty = result.FeaturesPenalty is not null;
        if (result.FeaturesPenalty is not null)
            parts.Add(result.FeaturesPenalty);
        foreach (var set in result.Masked.Concat(result.Unmasked).Concat(result.Middle.SelectMany(layer => layer.Masked)))
            parts.AddRange([set.LossSum, set.Correct, set.RowLossSum, set.RowCorrect]);
        _masked = [.. result.Masked.Select(set => set.RowCount)];
        _unmasked = [.. result.Unmasked.Select(set => set.RowCount)];
        _middle = [.. result.Middle.Select(layer => (layer.Layer, layer.Masked.Select(set => set.RowCount).ToArray()))];
        Values = cat([.. parts.Select(part => part.detach().to_type(float64).reshape(-1))]).DetachFromDisposeScope();
    }

    private PackedScores(BinaryReader reader)
    {
        _hasPenalty = reader.ReadBoolean();
        (_masked, _unmasked) = (ReadCounts(reader), ReadCounts(reader));
        _middle = [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => (reader.ReadInt32(), ReadCounts(reader)))];
        Values = empty(0, float64);
    }

    /// <summary>1-dim float64; the first is the loss.</summary>
    public Tensor Values { get; }

    /// <summary>Writes the numbers, read off the device, for <see cref="Read"/>.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(_hasPenalty);
        Write(writer, _masked);
        Write(writer, _unmasked);
        writer.Write(_middle.Length);
        foreach (var (layer, masked) in _middle)
        {
            writer.Write(layer);
            Write(writer, masked);
        }
        using var host = Values.cpu();
        writer.Write(checked((int)host.numel()));
        foreach (var value in host.data<double>())
            writer.Write(value);
    }

    /// <summary>Reads the numbers of another process.</summary>
    public static MicroScores Read(BinaryReader reader)
    {
        using var scope = NewDisposeScope();
        var shape = new PackedScores(reader);
        var values = new double[reader.ReadInt32()];
        for (var i = 0; i < values.Length; i++)
            values[i] = reader.ReadDouble();
        ReadOnlySpan<double> left = values;
        return shape.Unpack(ref left);
    }

    /// <summary>The numbers by name.</summary>
    /// <param name="values">What <see cref="Values"/> holds, on the host; what is left for the next one comes back.</param>
    public MicroScores Unpack(ref ReadOnlySpan<double> values)
    {
        var loss = Next(ref values, 1)[0];
        var penalty = _hasPenalty ? Next(ref values, 1)[0] : 0;
        var (masked, unmasked) = (Sets(_masked, ref values), Sets(_unmasked, ref values));
        var middle = new (int, SetScores[])[_middle.Length];
        for (var i = 0; i < middle.Length; i++)
            middle[i] = (_middle[i].Layer, Sets(_middle[i].Masked, ref values));
        return new MicroScores(loss, penalty, masked, unmasked, middle);
    }

    public void Dispose() => Values.Dispose();

    private static void Write(BinaryWriter writer, IReadOnlyList<int>[] counts)
    {
        writer.Write(counts.Length);
        foreach (var rows in counts)
        {
            writer.Write(rows.Count);
            foreach (var count in rows)
                writer.Write(count);
        }
    }

    private static IReadOnlyList<int>[] ReadCounts(BinaryReader reader)
    {
        var counts = new IReadOnlyList<int>[reader.ReadInt32()];
        for (var set = 0; set < counts.Length; set++)
        {
            var rows = new int[reader.ReadInt32()];
            for (var row = 0; row < rows.Length; row++)
                rows[row] = reader.ReadInt32();
            counts[set] = rows;
        }
        return counts;
    }

    private static SetScores[] Sets(IReadOnlyList<int>[] rowCounts, ref ReadOnlySpan<double> values)
    {
        var sets = new SetScores[rowCounts.Length];
        for (var i = 0; i < sets.Length; i++)
        {
            var totals = Next(ref values, 2);
            sets[i] = new SetScores(totals[0], (long)totals[1], Next(ref values, rowCounts[i].Count).ToArray(),
                Next(ref values, rowCounts[i].Count).ToArray(), rowCounts[i]);
        }
        return sets;
    }

    private static ReadOnlySpan<double> Next(ref ReadOnlySpan<double> values, int count)
    {
        var next = values[..count];
        values = values[count..];
        return next;
    }

    /// <summary>Losses in nats; of middle layers the masked frames alone.</summary>
    internal readonly record struct MicroScores(
        double Loss, double FeaturesPenalty, SetScores[] Masked, SetScores[] Unmasked, (int Layer, SetScores[] Masked)[] Middle);

    /// <summary>One label set: in all, and for each row.</summary>
    internal readonly record struct SetScores(
        double LossSum, long Correct, double[] RowLoss, double[] RowCorrect, IReadOnlyList<int> RowCount);
}
