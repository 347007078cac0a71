using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Training;

namespace HubertSharp.Finetuning;

/// <summary>Fine-tunes one HuBERT model with CTC on one device: fairseq's hubert_ctc with its criterion and trainer.</summary>
public static class Finetuner
{
    /// <summary>
    /// Trains until <c>optimization.max_update</c> or <c>max_epoch</c>, going on from the newest readable checkpoint in the folder.
    /// </summary>
    /// <param name="resolved">The configuration.</param>
    /// <param name="runFolder">The run folder, made when it is missing.</param>
    /// <param name="options">Progress and notices.</param>
    /// <param name="cancellation">Interrupts after the current update; a checkpoint is written first.</param>
    /// <exception cref="UserException">Configuration, data, transcripts, model or checkpoints that cannot work.</exception>
    /// <exception cref="OperationCanceledException">Interrupted; the checkpoint is written.</exception>
    public static TrainingSummary Run(
        ResolvedConfig<FinetuningConfig> resolved, string runFolder, FinetuningOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(resolved);
        ArgumentNullException.ThrowIfNull(options);
        var config = resolved.Value;
        using var run = TrainingRun.Open(resolved, runFolder, options, options.Replicas);

        // Model and transcripts first: what cannot work is known before the first tensor.
        var pretrained = PretrainedModel.Find(config, run.Folder);
        var group = pretrained.Model(config.Model);
        using var data = FinetuningSplits.Open(config, group, options.ForceLabels, run.Replicas, run.Notice);
        foreach (var warning in FinetuningRules.Warnings(config, data.Epoch.Plan.LastUpdate(config.Optimization)))
            run.Notice(warning);
        var (precision, why) = PrecisionChoice.For(config.Common);
        run.Notice(why);
        using var model = new FinetunedModel(group, pretrained.Task(config.Task), data.Train.Dictionary.Count, config.Model.FinalDropout,
            precision, PrecisionChoice.Device(config.Common));
        using var task = new FinetuningTask(config, options, data, model,
            _ => pretrained.Take(model, config, data.Train.Dictionary, run.Notice));
        return TrainingLoop.Run(run, task, cancellation);
    }
}
