using static TorchSharp.torch;

namespace HubertSharp.Training.Updates;

/// <summary>Scores that are sums known to the host, the loss first; they wait in one tensor.</summary>
/// <param name="count">How many sums.</param>
/// <param name="device">Where they wait.</param>
internal abstract class SummedScores(int count, Device device) : UpdateScores
{
    private Tensor? _packed;

    /// <inheritdoc/>
    public override Tensor DeviceLoss => Packed[0];

    /// <inheritdoc/>
    protected override IEnumerable<Tensor> Waiting => [Packed];

    /// <summary>The sums. They are complete when they are first asked for as a tensor.</summary>
    protected double[] Sums { get; } = new double[count];

    private Tensor Packed => _packed ??= tensor(Sums, device: device).DetachFromDisposeScope();

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Take(ReadOnlySpan<double> values)
    {
        values[..Sums.Length].CopyTo(Sums);
        LossSum = Sums[0];
        return values[Sums.Length..];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Pack() =>
    [
        ByteParts.Of(writer =>
        {
            writer.Write(SampleSize);
            writer.Write(AudioSamples);
            writer.Write(IdleGroups is not null);
            if (IdleGroups is not null)
                Write(writer, IdleGroups);
            foreach (var sum in Sums)
                writer.Write(sum);
            WriteMore(writer);
        }),
    ];

    /// <inheritdoc/>
    public override void Unpack(IReadOnlyList<byte[]> measured)
    {
        Dispose();
        Array.Clear(Sums);
        (SampleSize, AudioSamples, IdleGroups) = (0, 0, null);
        Forget();
        foreach (var bytes in measured)
        {
            using var reader = new BinaryReader(new MemoryStream(bytes));
            SampleSize += reader.ReadInt64();
            AudioSamples += reader.ReadInt64();
            if (reader.ReadBoolean())
            {
                var idle = ReadGroups(reader);
                IdleGroups = IdleGroups is null ? idle : IdleGroups.Intersect(idle).ToHashSet();
            }
            for (var i = 0; i < Sums.Length; i++)
                Sums[i] += reader.ReadDouble();
            ReadMore(reader);
        }
        LossSum = Sums[0];
    }

    /// <summary>Writes what is measured beside the sums.</summary>
    protected virtual void WriteMore(BinaryWriter writer)
    {
    }

    /// <summary>Adds it to what was read before.</summary>
    protected virtual void ReadMore(BinaryReader reader)
    {
    }

    /// <summary>Forgets it.</summary>
    protected virtual void Forget()
    {
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _packed?.Dispose();
        _packed = null;
    }
}
