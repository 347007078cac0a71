using HubertSharp.Distributed;
using HubertSharp.Runs;
using HubertSharp.Training;
using HubertSharp.Training.Data;
using HubertSharp.Training.Logging;
using HubertSharp.Training.Updates;

namespace HubertSharp.Probing;

/// <summary>A probe as a task of the engine: one part, the head over frozen features.</summary>
internal sealed class ProbingTask : TrainingTask<ProbingBatch>, IDisposable
{
    private readonly ProbingOptions _options;
    private readonly ProbingConfig _config;
    private readonly ProbingData _data;
    private readonly ProbeFeatures _features;
    private readonly int[][] _targets;
    private readonly IReadOnlyDictionary<string, string> _fingerprint;
    private readonly ProbeHead _head;
    private readonly TrainedPart _part;
    private readonly ProbingStep _step;
    private readonly int[] _train, _valid;

    /// <param name="options">What was asked.</param>
    /// <param name="config">The same for the engine.</param>
    /// <param name="data">The recordings.</param>
    /// <param name="features">Their features.</param>
    /// <param name="targets">Their classes.</param>
    /// <param name="identity">Of the features.</param>
    /// <param name="head">The head; it stays the caller's.</param>
    public ProbingTask(ProbingOptions options, ProbingConfig config, ProbingData data, ProbeFeatures features, int[][] targets,
        string identity, ProbeHead head)
    {
        (_options, _config, _data, _features, _targets, _head) = (options, config, data, features, targets, head);
        (_train, _valid) = (data.Of(ProbeSplit.Train), data.Of(ProbeSplit.Valid));
        var labels = string.Join('\n', _train.Select(u => $"{data.Utterances[u].Name}\t{string.Join(' ', targets[u])}"));
        _fingerprint = new Dictionary<string, string>
        {
            ["features"] = RunFingerprint.Hash(identity),
            ["labels"] = RunFingerprint.Hash(labels),
        };
        _part = new TrainedPart(TrainedPart.First, head.Parameters, config.Optimizer, config.LrScheduler);
        _step = new ProbingStep(head, options.Task);
        var (order, size) = (_train.ToArray(), config.Dataset.BatchSize!.Value);
        new SeededRandom((ulong)config.Common.Seed).Shuffle(order.AsSpan());
        Plan = new UpdatePlan([.. order.Chunk(size)], config.Optimization.UpdateFreq, config.Common.Seed, skipRemainder: false);
    }

    public override IReadOnlyList<TrainedPart> Parts => [_part];

    /// <summary>Utterances of any length together, as s3prl's loaders have them.</summary>
    public override UpdatePlan Plan { get; }

    public override double Headline(MetricAverages averages) => averages.Mean(ProbingConfig.Metric(_options.Task));

    public override bool HasPerplexity => false;

    public override IReadOnlyDictionary<string, string> DataFingerprint() => _fingerprint;

    public override void Begin(RunProgress progress) => _head.Initialise((ulong)_config.Common.Seed);

    public override ProbingBatch Collate(int[] rows, long update, int micro) => Batch(rows);

    /// <summary>The batch of some recordings.</summary>
    public ProbingBatch Batch(int[] utterances, CancellationToken cancellation = default) => new(
        utterances, [.. utterances.Select(u => _features.Of(u, cancellation))], [.. utterances.Select(_features.Frames)],
        [.. utterances.Select(u => _targets[u])], [.. utterances.Select(u => _data.Utterances[u].Samples)]);

    public override UpdateScores Compute(
        TrainedPart part, IReadOnlyList<ProbingBatch> batches, long update, bool logs, double lossScale) => _step.Compute(batches);

    /// <summary>What the head says of one recording. Safe from several threads.</summary>
    public ProbingScores Score(int utterance, CancellationToken cancellation) => _step.Score(Batch([utterance], cancellation));

    public override BlamedRows Blame(long update, IReadOnlyList<ProbingBatch> batches, UpdateScores scores) => new(
        [.. batches.SelectMany((batch, place) => Enumerable.Range(0, batch.Rows).Select(row => Row(batch, place, row)))], []);

    private BadBatch.Utterance Row(ProbingBatch batch, int place, int row)
    {
        using var alone = _step.Score(batch[row..(row + 1)]);
        var utterance = _data.Utterances[batch.Utterances[row]];
        return new BadBatch.Utterance(place, row, utterance.Name, utterance.Part.Manifest.Entries[utterance.Index].Language,
            utterance.Samples, alone.IsFinite ? alone.LossSum : null, batch.Features[row].Max(Math.Abs), !alone.IsFinite);
    }

    public override MetricAverages Validate(Replicas replicas)
    {
        var averages = new MetricAverages();
        foreach (var utterance in _valid)
        {
            using var scores = Score(utterance, CancellationToken.None);
            scores.AddTo(averages);
        }
        return averages;
    }

    public void Dispose() => _part.Dispose();
}
