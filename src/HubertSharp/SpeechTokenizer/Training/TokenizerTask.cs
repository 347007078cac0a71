using HubertSharp.Distributed;
using HubertSharp.Models;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Runs.Configuration.Tokenizers;
using HubertSharp.Runs.RunFolders;
using HubertSharp.SpeechTokenizer.Discriminators;
using HubertSharp.Tensors;
using HubertSharp.Training;
using HubertSharp.Training.Data;
using HubertSharp.Training.Logging;
using HubertSharp.Training.Updates;
using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer.Training;

/// <summary>
/// A tokenizer's training as a task of the engine: a generator, whose codebooks follow it, and discriminators that learn first in every
/// update.
/// </summary>
internal sealed class TokenizerTask : TrainingTask<TokenizerBatch>, IDisposable
{
    public const string Discriminators = "discriminators";

    private const ulong DiscriminatorSeed = 1;

    private readonly TokenizerTrainingConfig _config;
    private readonly TokenizerSplits _data;
    private readonly Replicas _replicas;
    private readonly LearntTokenizer _model;
    private readonly GeneratorCriterion _criterion;
    private readonly DiscriminatorSet _discriminators;
    private readonly TokenizerStep _step;
    private readonly AveragedWeights? _averages;
    private readonly List<TrainedPart> _parts = [];

    /// <param name="config">The configuration.</param>
    /// <param name="data">The splits; they stay the caller's.</param>
    /// <param name="network">The generator's settings.</param>
    /// <param name="replicas">The processes.</param>
    /// <param name="device">Where it is trained.</param>
    /// <param name="precision">Of the convolutions of both sides.</param>
    public TokenizerTask(
        TokenizerTrainingConfig config, TokenizerSplits data, TokenizerConfig network, Replicas replicas, Device device,
        ComputePrecision precision = ComputePrecision.Float32)
    {
        (_config, _data, _replicas) = (config, data, replicas);
        var (model, released) = (config.Model, config.Task.IsReleased());
        _model = new LearntTokenizer(network, RulesOf(config), device, precision);
        _criterion = new GeneratorCriterion(config.Criterion, config.Task.SampleRate, device);
        _discriminators = new DiscriminatorSet(SizesOf(model), device, precision);
        _averages = model.EmaDecay > 0 ? new AveragedWeights(_model.Parameters, model.EmaDecay) : null;
        _step = new TokenizerStep(_model, _criterion,
            _discriminators.Count > 0 ? new Adversaries(_discriminators, released) : null, replicas);
        _parts.Add(Part(TrainedPart.First, _model.Parameters, new Dictionary<string, Tensor>(
            _model.Quantizer.Buffers.Concat(_averages?.Buffers ?? new Dictionary<string, Tensor>())),
            checkpoint => network.Write(Path.Combine(checkpoint, TokenizerConfig.FileName))));
        if (_discriminators.Count > 0)
            _parts.Add(Part(Discriminators, _discriminators.Parameters, _discriminators.Buffers, _ => { }));
    }

    public override IReadOnlyList<TrainedPart> Parts => _parts;

    /// <summary>The discriminators first, as in the released program: the generator meets them as they are by then.</summary>
    public override IEnumerable<TrainedPart> UpdateOrder => _parts.AsEnumerable().Reverse();

    public override UpdatePlan Plan => _data.Epoch.Plan;

    public override bool HasPerplexity => false;

    private bool IsInOrder => JointUpdates.AreInOrder(_model.Parameters, _replicas, _config.DistributedTraining);

    public LearntTokenizer Model => _model;

    /// <summary>Sees every training batch in its loader thread; a test breaks some of them here.</summary>
    internal Action<TokenizerBatch, long>? AfterCollate { get; init; }

    public override IReadOnlyList<KeyValuePair<string, double>> Constants =>
    [
        new("n_discriminators", _discriminators.Count), new("frame_rate", (double)_config.Task.SampleRate / _config.Model.Hop()),
        .. _data.Train.Teacher is { } teacher ? (KeyValuePair<string, double>[])[new("teacher_rate", teacher.Rate)] : [],
    ];

    /// <summary>The mel difference of validation, or of training.</summary>
    public override double Headline(MetricAverages averages) => averages.Mean("mel_error");

    public override IReadOnlyDictionary<string, string> DataFingerprint() => _data.Fingerprint();

    public override IReadOnlyDictionary<string, string> ValidFingerprint() => _data.Valid is { } valid
        ? new Dictionary<string, string> { ["the validation manifest"] = valid.Audio.Fingerprint() }
        : base.ValidFingerprint();

    public override void Describe(RunFolder folder) => DataSummary.Write(folder.DataPath, _data.Epoch.Heard);

    public override void Begin(RunProgress progress)
    {
        var seed = (ulong)_config.Common.Seed;
        Weights.DrawnParameters.Set(_model.Parameters, seed, keepsVariance: !_config.Task.IsReleased());
        if (_discriminators.Count > 0)
            _discriminators.Draw(Runs.SeededRandom.Derive(seed, DiscriminatorSeed));
        _averages?.Begin();
    }

    public override TokenizerBatch Collate(int[] rows, long update, int micro)
    {
        var batch = _data.Train.Collate(rows, micro,
            row => UpdateSeed.Derive(_config.Common.Seed, UpdateSeed.Purpose.Crop, update, micro, row));
        AfterCollate?.Invoke(batch, update);
        return batch;
    }

    public override UpdateScores Compute(
        TrainedPart part, IReadOnlyList<TokenizerBatch> batches, long update, bool logs, double lossScale)
    {
        UpdateScores scores = part != _parts[0] ? _step.Discriminate(batches, lossScale) : _step.Generate(batches, lossScale);
        if (scores is GeneratorScores generator && logs)
            generator.Add(CodebookTally.OfAverages(_model.Quantizer));
        // micro-batches that are summed in their order come one by one, and then none
        if (!IsInOrder || batches.Count == 0)
            _step.EndSide(Plan.CountMicroBatches(update));
        return scores;
    }

    public override BlamedRows Blame(long update, IReadOnlyList<TokenizerBatch> batches, UpdateScores scores) => new(
        [
            .. batches.SelectMany((batch, place) => Enumerable.Range(0, batch.Rows).Select(row => Row(batch, place, row))),
        ],
        batches.SelectMany((batch, place) => Tensors(batch, $"micro{place}.")));

    public override void Updating(long update, IReadOnlyList<TokenizerBatch> batches)
    {
        if (batches.Count == 0)
            _model.Quantizer.Join(_replicas);
    }

    public override void Updated(long update)
    {
        _model.Quantizer.Follow(update, Plan.CountMicroBatches(update), _replicas, IsInOrder);
        _averages?.Follow();
    }

    public override MetricAverages Validate(Replicas replicas) =>
        _averages is null ? Measured(replicas) : _averages.Instead(() => Measured(replicas));

    public void Dispose()
    {
        _step.Dispose();
        _parts.ForEach(part => part.Dispose());
        _averages?.Dispose();
        _criterion.Dispose();
        _discriminators.Dispose();
        _model.Dispose();
    }

    /// <summary>Each recording of the valid split by itself, without discriminators.</summary>
    private MetricAverages Measured(Replicas replicas)
    {
        var (valid, rows, averages) = (_data.Valid!, _data.ValidRows, new MetricAverages());
        var use = new CodebookTally(_model.Config.Quantizers, _model.Config.CodebookSize);
        var measured = SharedValidation.Measure(replicas, rows.Count, _config.Dataset, i => valid.Whole(rows[(int)i]),
            (_, batch) => MeasuredRecording.Of(_model, _step, batch));
        foreach (var one in measured.Select(MeasuredRecording.Unpack))
        {
            foreach (var (key, value) in one.Terms)
                averages.Add(key, value);
            use.Add(one.Codes);
        }
        foreach (var (key, value) in use.Figures())
            averages.Add(key, value);
        return averages;
    }

    /// <summary>How the codebooks of a configuration follow.</summary>
    internal static QuantizerRules RulesOf(TokenizerTrainingConfig config)
    {
        var released = config.Task.IsReleased();
        return new QuantizerRules(config.Model.CodebookDecay, released ? 0 : config.Model.DeadCodeThreshold,
            config.Criterion.CommitAllQuantizers, !released, config.Common.Seed);
    }

    /// <summary>The discriminators of a configuration.</summary>
    internal static DiscriminatorSizes SizesOf(TokenizerModelConfig model) =>
        new(model.StftFilters, model.PeriodChannels, model.ScaleChannels) { StftWindows = model.StftWindows };

    private TrainedPart Part(
        string name, ParameterStore parameters, IReadOnlyDictionary<string, Tensor> buffers, Action<string> describe)
    {
        // an end in epochs is the end of the cosine, too: its length is counted in updates once the data is known
        var schedule = _config.LrScheduler is CosineConfig cosine && cosine.Period() <= 0
            ? cosine with { LrPeriodUpdates = Math.Max(1, Plan.LastUpdate(_config.Optimization) - cosine.WarmupUpdates) }
            : _config.LrScheduler;
        var rates = LearningRateSchedule.Of(schedule);
        return new TrainedPart(name, parameters, _config.Optimizer, schedule)
        {
            Buffers = buffers,
            Describe = describe,
            Schedule = _config.Task.IsReleased() ? new StepAhead(rates) : rates,
        };
    }

    private BadBatch.Utterance Row(TokenizerBatch batch, int place, int row)
    {
        var samples = batch.Samples.AsSpan(row * batch.Width, batch.Width);
        var each = (batch.Teacher?.Length ?? 0) / batch.Rows;
        var suspect = FiniteNumbers.IndexOfOther(samples) >= 0
            || (batch.Teacher is { } teacher && FiniteNumbers.IndexOfOther(teacher.AsSpan(row * each, each)) >= 0);
        var entry = _data.Train.Audio.Manifest.Entries[batch.Utterances[row]];
        return new BadBatch.Utterance(place, row, entry.RelativePath, entry.Language, batch.Lengths[row], null, BatchDump.Peak(samples),
            suspect);
    }

    private static IEnumerable<SafetensorsTensor> Tensors(TokenizerBatch batch, string prefix)
    {
        yield return new SafetensorsTensor($"{prefix}source", "F32", [batch.Rows, batch.Width], BatchDump.Bytes(batch.Samples));
        if (batch.Teacher is { } teacher)
            yield return new SafetensorsTensor($"{prefix}teacher", "F32",
                [batch.Rows, batch.TeacherFrames, teacher.Length / (batch.Rows * batch.TeacherFrames)], BatchDump.Bytes(teacher));
    }
}

/// <summary>
/// The released program steps its schedule once before the first update, so that the last one has the rate that a cosine ends with.
/// </summary>
internal sealed class StepAhead(LearningRateSchedule schedule) : LearningRateSchedule
{
    public override double LearningRate(long updates, int epoch = 1) => schedule.LastRate(updates + 1, epoch);

    public override double LastRate(long updates, int epoch = 1) => schedule.LastRate(updates, epoch);
}
