using HubertSharp.Training.Logging;
using HubertSharp.Training.Updates;
using static TorchSharp.torch;

namespace HubertSharp.Tests.Training;

/// <summary>One number: the loss of a part.</summary>
internal sealed class ToyScores(string key) : UpdateScores
{
    private readonly List<Tensor> _losses = [];

    public override Tensor DeviceLoss => stack(_losses).sum();

    protected override IEnumerable<Tensor> Waiting => _losses.Select(loss => loss.reshape(-1));

    public void Add(Tensor loss, int rows)
    {
        SampleSize += rows;
        AudioSamples += rows;
        _losses.Add(loss.detach().to_type(float64).DetachFromDisposeScope());
    }

    public override void AddTo(MetricAverages averages) => averages.Add(key, LossSum / SampleSize, SampleSize);

    protected override ReadOnlySpan<double> Take(ReadOnlySpan<double> values)
    {
        foreach (var loss in values[.._losses.Count])
            LossSum += loss;
        return values[_losses.Count..];
    }

    public override void Dispose()
    {
        _losses.ForEach(loss => loss.Dispose());
        _losses.Clear();
    }
}
