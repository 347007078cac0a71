using HubertSharp.Models;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Training;

namespace HubertSharp.Pretraining;

/// <summary>Pre-trains one HuBERT model on one device: fairseq's task hubert_pretraining with its trainer.</summary>
public static class Pretrainer
{
    /// <summary>
    /// Trains until <c>optimization.max_update</c> or <c>max_epoch</c>, going on from the newest readable checkpoint in the folder.
    /// </summary>
    /// <param name="resolved">The configuration.</param>
    /// <param name="runFolder">The run folder, made when it is missing.</param>
    /// <param name="options">Progress and notices.</param>
    /// <param name="cancellation">Interrupts after the current update; a checkpoint is written first.</param>
    /// <exception cref="UserException">Configuration, data, labels or checkpoints that cannot work.</exception>
    /// <exception cref="OperationCanceledException">Interrupted; the checkpoint is written.</exception>
    public static TrainingSummary Run(
        ResolvedConfig<HubertConfig> resolved, string runFolder, PretrainingOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(resolved);
        ArgumentNullException.ThrowIfNull(options);
        var config = resolved.Value;
        using var run = TrainingRun.Open(resolved, runFolder, options, options.Replicas);

        // Data and labels first: what cannot work is known before the first tensor.
        var labels = LabelGate.Check(config, withValid: !config.Dataset.DisableValidation, options.ForceLabels, run.Notice, cancellation);
        using var data = PretrainingSplits.Open(config, run.Replicas, run.Notice);
        var (precision, why) = PrecisionChoice.For(config.Common);
        run.Notice(why);
        using var model = new HubertModel(config.Model, config.Task, data.Classes, precision, PrecisionChoice.Device(config.Common));
        using var task = new PretrainingTask(config, options, labels, data, model, run.Folder, run.Notice);
        return TrainingLoop.Run(run, task, cancellation);
    }
}
