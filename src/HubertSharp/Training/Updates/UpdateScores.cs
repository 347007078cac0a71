using HubertSharp.Training.Logging;
using static TorchSharp.torch;

namespace HubertSharp.Training.Updates;

/// <summary>
/// What one update (or one validation batch) measured, summed over its micro-batches. What only the device knows waits there as
/// float64, until somebody reads it.
/// </summary>
internal abstract class UpdateScores : IDisposable
{
    /// <summary>The criterion, summed over what <see cref="SampleSize"/> counts.</summary>
    public double LossSum { get; protected set; }

    /// <summary>What the summed gradients are divided by.</summary>
    public long SampleSize { get; protected set; }

    /// <summary>Samples of audio that went into it.</summary>
    public long AudioSamples { get; protected set; }

    /// <summary>Groups of parameters that no micro-batch reached; null for none.</summary>
    public IReadOnlySet<int>? IdleGroups { get; protected set; }

    public bool IsFinite => double.IsFinite(LossSum);

    /// <summary>Parts of the loss that are not finite, by the names of their metrics, where the loss has parts.</summary>
    public virtual IReadOnlyList<string> NotFiniteTerms => [];

    /// <summary>The loss summed up on the device, 0-dim float64; nobody waits for it.</summary>
    public abstract Tensor DeviceLoss { get; }

    /// <summary>Tensors of float64 that wait on the device.</summary>
    protected abstract IEnumerable<Tensor> Waiting { get; }

    /// <summary>Adds what was measured to the averages of an interval.</summary>
    public abstract void AddTo(MetricAverages averages);

    /// <summary>What each micro-batch measured, read off the device, for other processes to <see cref="Unpack"/>.</summary>
    public abstract IReadOnlyList<byte[]> Pack();

    /// <summary>Forgets what it holds, and takes in what the micro-batches of all processes measured, in their order.</summary>
    public abstract void Unpack(IReadOnlyList<byte[]> measured);

    /// <summary>Reads off the device what waits there.</summary>
    public void Read() => Read([(this, null)]);

    /// <summary>Reads several updates, and one number more of each, in one transfer.</summary>
    /// <param name="updates">Scores, and a 0-dim float64 tensor of the same device or null.</param>
    /// <returns>The numbers; NaN for null.</returns>
    public static double[] Read(IReadOnlyList<(UpdateScores Scores, Tensor? Number)> updates)
    {
        using var scope = NewDisposeScope();
        var parts = updates.SelectMany(u => u.Scores.Waiting.Concat(u.Number is null ? [] : [u.Number.reshape(-1)])).ToArray();
        ReadOnlySpan<double> values = parts.Length == 0 ? [] : cat(parts).cpu().data<double>().ToArray();
        var numbers = new double[updates.Count];
        for (var i = 0; i < numbers.Length; i++)
        {
            values = updates[i].Scores.Take(values);
            updates[i].Scores.Dispose();
            numbers[i] = double.NaN;
            if (updates[i].Number is null)
                continue;
            numbers[i] = values[0];
            values = values[1..];
        }
        return numbers;
    }

    /// <summary>Takes in what waited, in its order.</summary>
    /// <param name="values">Begins with it.</param>
    /// <returns>What is left for the next one.</returns>
    protected abstract ReadOnlySpan<double> Take(ReadOnlySpan<double> values);

    /// <summary>Lets go of what still waits on the device.</summary>
    public abstract void Dispose();

    /// <summary>Writes groups that no micro-batch reached.</summary>
    protected static void Write(BinaryWriter writer, IReadOnlySet<int> groups)
    {
        writer.Write(groups.Count);
        foreach (var group in groups.Order())
            writer.Write(group);
    }

    /// <summary>Reads them.</summary>
    protected static IReadOnlySet<int> ReadGroups(BinaryReader reader) =>
        Enumerable.Range(0, reader.ReadInt32()).Select(_ => reader.ReadInt32()).ToHashSet();
}
