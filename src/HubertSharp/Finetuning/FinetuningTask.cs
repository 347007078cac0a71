using HubertSharp.Distributed;
using HubertSharp.Interop.Native;
using HubertSharp.Models;
using HubertSharp.Models.Ctc;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Runs.Transcripts;
using HubertSharp.Training;
using HubertSharp.Training.Data;
using HubertSharp.Training.Logging;
using HubertSharp.Training.Updates;

namespace HubertSharp.Finetuning;

/// <summary>Fine-tuning with CTC as a task of the engine: one part, HuBERT with an output layer over transcripts.</summary>
internal sealed class FinetuningTask : TrainingTask<FinetuningBatch>, IDisposable
{
    private readonly FinetuningConfig _config;
    private readonly FinetuningOptions _options;
    private readonly FinetuningSplits _data;
    private readonly FinetunedModel _model;
    private readonly Action<RunProgress> _begin;
    private readonly TrainedPart _part;
    private readonly FinetuningStep _step;

    /// <param name="config">The configuration.</param>
    /// <param name="options">What was asked beside it.</param>
    /// <param name="data">The splits; they stay the caller's.</param>
    /// <param name="model">The model; it stays the caller's.</param>
    /// <param name="begin">Sets the weights of a run without checkpoints.</param>
    public FinetuningTask(
        FinetuningConfig config, FinetuningOptions options, FinetuningSplits data, FinetunedModel model, Action<RunProgress> begin)
    {
        (_config, _options, _data, _model, _begin) = (config, options, data, model, begin);
        IReadOnlyList<string> symbols = data.Train.Dictionary.Symbols;
        _part = new TrainedPart(TrainedPart.First, model.Parameters, config.Optimizer, config.LrScheduler)
        {
            Buffers = model.Hubert.Buffers,
            Side = new SideWeights(
                NativeCtc.FileName, NativeCtc.Names(FinetunedModel.Weight, FinetunedModel.Bias),
                NativeCtc.Metadata(CtcTokens.FromFairseq(symbols), FinetunedModel.Blank)),
            Describe = checkpoint =>
            {
                model.Hubert.Describe().Write(Path.Combine(checkpoint, ModelDescription.FileName));
                data.Train.Text?.Write(Path.Combine(checkpoint, TextRules.FileName));
            },
        };
        _step = new FinetuningStep(model, config, data.Train.Parts);
    }

    public override IReadOnlyList<TrainedPart> Parts => [_part];

    public override UpdatePlan Plan => _data.Epoch.Plan;

    /// <summary>Errors in percent, of symbols where <c>checkpoint.best_checkpoint_metric</c> is <c>uer</c>, else of words.</summary>
    public override double Headline(MetricAverages averages) => averages.Mean(CountsSymbols(_config) ? "uer" : "wer");

    /// <summary>The errors that tell how far a run is are those of symbols.</summary>
    public static bool CountsSymbols(FinetuningConfig config) => config.Checkpoint.BestCheckpointMetric == "uer";

    /// <summary>A whole transcript's loss.</summary>
    public override bool HasPerplexity => false;

    public override IReadOnlyDictionary<string, string> DataFingerprint() => _data.Train.Fingerprint();

    public override IReadOnlyDictionary<string, string> ValidFingerprint() => _data.Valid?.Fingerprint() ?? base.ValidFingerprint();

    public override void Describe(RunFolder folder)
    {
        DataSummary.Write(folder.DataPath, _data.Epoch.Heard);
        _data.Summary.Write(folder.TranscriptsPath);
    }

    public override void Begin(RunProgress progress) => _begin(progress);

    public override FinetuningBatch Collate(int[] rows, long update, int micro)
    {
        ulong CropSeed(int row) => UpdateSeed.Derive(_config.Common.Seed, UpdateSeed.Purpose.Crop, update, micro, row);
        var batch = _data.Train.Collate(rows, CropSeed) with { Micro = micro };
        _options.AfterCollate?.Invoke(batch);
        return batch with { Batch = BatchFrames.DrawMasks(_model.Hubert, batch.Batch, _step.Context(update, micro).Seed) };
    }

    public override UpdateScores Compute(
        TrainedPart part, IReadOnlyList<FinetuningBatch> batches, long update, bool logs, double lossScale) =>
        _step.Compute(batches, update, lossScale);

    public override BlamedRows Blame(long update, IReadOnlyList<FinetuningBatch> batches, UpdateScores scores) =>
        FinetuningBlame.Of(_step, _model, _data.Train.Manifest, update, batches, (CtcScores)scores);

    /// <summary>Without masks and dropouts; crops are the same at every validation.</summary>
    public override MetricAverages Validate(Replicas replicas)
    {
        var (dataset, valid) = (_config.Dataset, _data.Valid!);
        long seed = dataset.FixedValidationSeed ?? _config.Common.Seed;
        var measured = SharedValidation.Measure(replicas, _data.ValidBatches.Count, dataset,
            i => valid.Collate(
                _data.ValidBatches[(int)i], row => UpdateSeed.Derive(seed, UpdateSeed.Purpose.ValidationCrop, i, 0, row)),
            (_, batch) => _step.Measure(batch).Pack());
        var errors = new CtcErrors(valid.Dictionary, _config.Criterion.PostProcess);
        using var scores = new CtcScores(_config.Criterion, valid.Parts, _model.Parameters.Masters.device);
        foreach (var one in measured.Select(MeasuredBatch.Unpack))
        {
            scores.Add(one.Losses, one.Batch, new HashSet<int>());
            errors.Add(one.Paths, one.Batch);
        }
        var averages = new MetricAverages();
        scores.AddTo(averages);
        errors.AddTo(averages);
        return averages;
    }

    public void Dispose() => _part.Dispose();
}
