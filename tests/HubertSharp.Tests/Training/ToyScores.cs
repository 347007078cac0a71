using HubertSharp.Tensors;
using HubertSharp.Training.Logging;
using HubertSharp.Training.Updates;
using static TorchSharp.torch;

namespace HubertSharp.Tests.Training;

/// <summary>One number: the loss of a part.</summary>
internal sealed class ToyScores(string key) : UpdateScores
{
    private readonly Tensor _loss = zeros(1, float64).DetachFromDisposeScope();

    public override Tensor DeviceLoss => _loss.sum();

    protected override IEnumerable<Tensor> Waiting => [_loss];

    public void Add(Tensor loss, int rows)
    {
        SampleSize += rows;
        AudioSamples += rows;
        _loss.add_(loss.detach().to_type(float64));
    }

    public override void AddTo(MetricAverages averages) => averages.Add(key, LossSum / SampleSize, SampleSize);

    protected override ReadOnlySpan<double> Take(ReadOnlySpan<double> values)
    {
        LossSum = values[0];
        return values[1..];
    }

    public override IReadOnlyList<byte[]> Pack() =>
        [ByteParts.Of(writer =>
        {
            writer.Write(SampleSize);
            writer.Write(_loss.item<double>());
        })];

    public override void Unpack(IReadOnlyList<byte[]> measured)
    {
        SampleSize = AudioSamples = 0;
        _loss.zero_();
        foreach (var bytes in measured)
        {
            using var reader = new BinaryReader(new MemoryStream(bytes));
            using var scope = NewDisposeScope();
            SampleSize = AudioSamples += reader.ReadInt64();
            _loss.add_(tensor(reader.ReadDouble(), float64), Scalars.One);
        }
    }

    public override void Dispose() => _loss.Dispose();
}
