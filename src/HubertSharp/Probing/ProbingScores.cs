using HubertSharp.Training.Logging;
using HubertSharp.Training.Updates;
using static TorchSharp.torch;

namespace HubertSharp.Probing;

/// <summary>Loss and errors of one update, or of some utterances that are scored.</summary>
internal sealed class ProbingScores(ProbeTask task) : UpdateScores
{
    private readonly double[] _sums = new double[4]; // loss, what it is a sum over, named rightly (or errors), of how many
    private readonly List<(int Utterance, int Count, int Of)> _tallies = [];
    private Tensor? _packed;

    /// <summary>Of each utterance how many were named rightly, or with CTC wrongly, and of how many.</summary>
    public IReadOnlyList<(int Utterance, int Count, int Of)> Tallies => _tallies;

    /// <inheritdoc/>
    public override Tensor DeviceLoss => Packed[0];

    /// <inheritdoc/>
    protected override IEnumerable<Tensor> Waiting => [Packed];

    private Tensor Packed => _packed ??= tensor(_sums).DetachFromDisposeScope();

    /// <summary>Takes in some rows.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="loss">The sum over frames, or over utterances.</param>
    /// <param name="tallies">Of each row.</param>
    public void Add(ProbingBatch batch, double loss, IReadOnlyList<(int Count, int Of)> tallies)
    {
        _sums[0] += loss;
        _sums[1] += task == ProbeTask.Phone ? batch.Targets.Sum(t => t.Length) : batch.Rows;
        for (var row = 0; row < batch.Rows; row++)
        {
            _tallies.Add((batch.Utterances[row], tallies[row].Count, tallies[row].Of));
            _sums[2] += tallies[row].Count;
            _sums[3] += tallies[row].Of;
        }
        AudioSamples += batch.Samples.Sum();
        (LossSum, SampleSize) = (_sums[0], (long)_sums[1]);
    }

    /// <summary>Adds s3prl's key of the task, and the loss in bits as all logs have it.</summary>
    public override void AddTo(MetricAverages averages)
    {
        averages.Add("loss", LossSum / SampleSize / Math.Log(2), SampleSize);
        averages.Add(ProbingConfig.Metric(task), _sums[2] / _sums[3], _sums[3]);
    }

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Take(ReadOnlySpan<double> values)
    {
        values[.._sums.Length].CopyTo(_sums);
        LossSum = _sums[0];
        return values[_sums.Length..];
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _packed?.Dispose();
        _packed = null;
    }
}
