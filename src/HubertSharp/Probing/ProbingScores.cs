using HubertSharp.Training.Logging;
using HubertSharp.Training.Updates;
using static TorchSharp.torch;

namespace HubertSharp.Probing;

/// <summary>Loss and errors of one update, or of some utterances that are scored.</summary>
internal sealed class ProbingScores(ProbeTask task) : SummedScores(Figures, CPU)
{
    private const int Figures = 4; // loss, what it is a sum over, named rightly (or errors), of how many

    private readonly List<(int Utterance, int Count, int Of)> _tallies = [];

    /// <summary>Of each utterance how many were named rightly, or with CTC wrongly, and of how many.</summary>
    public IReadOnlyList<(int Utterance, int Count, int Of)> Tallies => _tallies;

    /// <summary>Takes in some rows.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="loss">The sum over frames, or over utterances.</param>
    /// <param name="tallies">Of each row.</param>
    public void Add(ProbingBatch batch, double loss, IReadOnlyList<(int Count, int Of)> tallies)
    {
        Sums[0] += loss;
        Sums[1] += task == ProbeTask.Phone ? batch.Targets.Sum(t => t.Length) : batch.Rows;
        for (var row = 0; row < batch.Rows; row++)
        {
            _tallies.Add((batch.Utterances[row], tallies[row].Count, tallies[row].Of));
            Sums[2] += tallies[row].Count;
            Sums[3] += tallies[row].Of;
        }
        AudioSamples += batch.Samples.Sum();
        (LossSum, SampleSize) = (Sums[0], (long)Sums[1]);
    }

    /// <summary>Adds s3prl's key of the task, and the loss in bits as all logs have it.</summary>
    public override void AddTo(MetricAverages averages)
    {
        averages.Add("loss", LossSum / SampleSize / Math.Log(2), SampleSize);
        averages.Add(ProbingConfig.Metric(task), Sums[2] / Sums[3], Sums[3]);
    }
}
