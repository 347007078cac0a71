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
    public override void Dispose()
    {
        _packed?.Dispose();
        _packed = null;
    }
}
