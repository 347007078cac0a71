using HubertSharp.Distributed;
using HubertSharp.Models;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Labels;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Training;
using HubertSharp.Training.Data;
using HubertSharp.Training.Logging;
using HubertSharp.Training.Updates;
using static TorchSharp.torch;

namespace HubertSharp.Pretraining;

/// <summary>HuBERT's pre-training as a task of the engine: one part, masked prediction of cluster labels.</summary>
internal sealed class PretrainingTask : TrainingTask<PretrainingBatch>, IDisposable
{
    private readonly HubertConfig _config;
    private readonly PretrainingOptions _options;
    private readonly IReadOnlyList<LabelReport> _labels;
    private readonly PretrainingSplits _data;
    private readonly HubertModel _model;
    private readonly Action<string> _notice;
    private readonly TrainedPart _part;
    private readonly PretrainingStep _step;
    private readonly BatchBlame _blame;
    private readonly ValidationSamples? _samples;

    /// <param name="config">The configuration.</param>
    /// <param name="options">What was asked beside it.</param>
    /// <param name="labels">What the label check found.</param>
    /// <param name="data">The splits; they stay the caller's.</param>
    /// <param name="model">Its weights are drawn here; it stays the caller's.</param>
    /// <param name="folder">Where predictions go.</param>
    /// <param name="notice">Told what a reader should know.</param>
    public PretrainingTask(
        HubertConfig config, PretrainingOptions options, IReadOnlyList<LabelReport> labels, PretrainingSplits data, HubertModel model,
        RunFolder folder, Action<string> notice)
    {
        (_config, _options, _labels, _data, _model, _notice) = (config, options, labels, data, model, notice);
        _part = new TrainedPart(TrainedPart.First, model.Parameters, config.Optimizer, config.LrScheduler)
        {
            Buffers = model.Buffers,
            Describe = checkpoint => model.Describe().Write(Path.Combine(checkpoint, ModelDescription.FileName)),
        };
        model.Initialise((ulong)config.Common.Seed);
        model.Parameters.Layers = HubertParameters.LayersOf(model.Parameters.Infos, config.Model.EncoderLayers);
        _step = new PretrainingStep(model, config.Criterion, config.Common.Seed);
        _blame = new BatchBlame(model, config.Criterion, data.Train.Manifest);
        _samples = data.Valid is null || config.Common.SamplePredictions == 0
            ? null
            : new ValidationSamples(
                model, data.Valid, config.Dataset.ValidSubset, data.ValidBatches.Count, config.Common.SamplePredictions,
                CollateValid, ValidSeed, folder.SamplesPath);
    }

    public override IReadOnlyList<TrainedPart> Parts => [_part];

    public override UpdatePlan Plan => _data.Plan;

    /// <summary>Masked loss of the first label set, in bits per masked frame.</summary>
    public override double Headline(MetricAverages averages) => LossPerFrame.Masked(averages.Mean);

    public override IReadOnlyList<KeyValuePair<string, double>> Constants => [new("chance_bits", Math.Log2(_data.Classes[0]))];

    public override IReadOnlyDictionary<string, string> DataFingerprint() => _data.Train.Fingerprint(_config.Dataset.TrainSubset);

    public override IReadOnlyDictionary<string, string> ValidFingerprint() =>
        _data.Valid?.Fingerprint(_config.Dataset.ValidSubset) ?? base.ValidFingerprint();

    public override void Describe(RunFolder folder)
    {
        LabelSummary.Write(folder.LabelsPath, [.. _config.Task.Labels.Zip(_labels, LabelSummary.Of)]);
        DataSummary.Write(folder.DataPath, _data.Heard);
    }

    public override void Begin(RunProgress progress)
    {
        if (StartingPoint.Named(_config.Checkpoint) is not { } start)
        {
            CorpusEnergies.Measure(_model, FirstEpoch(), _notice);
            return;
        }
        IReadOnlyList<string>[] symbols = [.. _data.Train.Dictionaries.Select(d => d.Symbols)];
        StartingPoint.Take(start, _config, symbols, _options.NewLabels, _model, _part.Optimizer, progress, _notice);
        var last = Plan.LastUpdate(_config.Optimization);
        if (progress.Update >= last)
            throw PretrainingFaults.AlreadyThere(start, progress.Update, last);
    }

    /// <summary>What the first epoch hears, in its order.</summary>
    private IEnumerable<PretrainingBatch> FirstEpoch() =>
        from update in Enumerable.Range(1, Plan.UpdatesInEpoch(1))
        from micro in Plan.MicroBatches(update, Replicas.Alone)
        select Read(micro.Rows, update, micro.Number);

    private PretrainingBatch Read(int[] rows, long update, int micro) =>
        _data.Train.Collate(rows, row => UpdateSeed.Derive(_config.Common.Seed, UpdateSeed.Purpose.Crop, update, micro, row));

    public override PretrainingBatch Collate(int[] rows, long update, int micro)
    {
        var batch = Read(rows, update, micro);
        _options.AfterCollate?.Invoke(batch);
        return batch with { Batch = BatchFrames.DrawMasks(_model, batch.Batch, _step.Seed(update, micro)), Micro = micro };
    }

    public override UpdateScores Compute(
        TrainedPart part, IReadOnlyList<PretrainingBatch> batches, long update, bool logs, double lossScale) =>
        _step.Compute(batches, update, logs, lossScale);

    public override BlamedRows Blame(long update, IReadOnlyList<PretrainingBatch> batches, UpdateScores scores) =>
        _blame.Of((StepScores)scores, batches, micro => _step.Context(update, batches[micro].Micro, logs: false));

    /// <summary>Crops and masks are the same at every validation: the curve moves because the model does.</summary>
    public override MetricAverages Validate(Replicas replicas)
    {
        var averages = new MetricAverages();
        foreach (var measured in SharedValidation.Measure(replicas, _data.ValidBatches.Count, _config.Dataset, CollateValid, MeasureValid))
        {
            using var scores = new StepScores();
            scores.Unpack([measured]);
            scores.AddTo(averages);
        }
        return averages;
    }

    private byte[] MeasureValid(int number, PretrainingBatch batch)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var scores = new StepScores();
        var step = new StepContext(Training: false, ValidSeed(number), ScoreUnmasked: true);
        scores.Add(_model.Loss(batch.Batch, _config.Criterion, step), batch, _model.DroppedLayers(step));
        return scores.Pack()[0];
    }

    public override void Validated(long update) => _samples?.Write(update, _notice);

    public void Dispose() => _part.Dispose();

    private long ValidRunSeed => _config.Dataset.FixedValidationSeed ?? _config.Common.Seed;

    private ulong ValidSeed(long batch) => UpdateSeed.Derive(ValidRunSeed, UpdateSeed.Purpose.ValidationStep, batch);

    private PretrainingBatch CollateValid(long batch) => _data.Valid!.Collate(
        _data.ValidBatches[(int)batch], row => UpdateSeed.Derive(ValidRunSeed, UpdateSeed.Purpose.ValidationCrop, batch, 0, row));
}
