using HubertSharp.Distributed;
using HubertSharp.Evaluation.Probe;
using HubertSharp.Finetuning;
using HubertSharp.Interop;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Reports.Ranking;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Runs.Stages;
using HubertSharp.Training;

namespace HubertSharp.Ranking;

/// <summary>
/// A short fine-tuning of each checkpoint, and of the same network from scratch: what the features are worth where there are few labels.
/// One that was killed begins anew; one that is done is kept. Several processes take them in turn.
/// </summary>
internal sealed class CheckpointFinetuning(
    CheckpointFinetuningOptions options, KeptResults kept, Replicas replicas, Func<string, IProgress<StageProgress>>? progress,
    CancellationToken cancellation)
{
    /// <summary>Tells what cannot be trained.</summary>
    /// <exception cref="UserException">A configuration or transcripts that cannot work.</exception>
    public void Check(string model)
    {
        var config = Config(model, ".", scratch: false).Value;
        foreach (var split in (string[])[config.Dataset.TrainSubset, options.Split])
            TranscriptData.Open(config.Task, split).Dispose();
    }

    /// <summary>The errors of each, by ascending update; those from scratch first.</summary>
    public IReadOnlyList<WorthFinetuning> Of(IReadOnlyList<(long Update, string Path)> checkpoints) =>
        SharedItems.InTurn<(long Update, string Path), WorthFinetuning>(
            replicas, [(0, checkpoints[^1].Path), .. checkpoints], c => Of(c.Update, c.Path));

    private WorthFinetuning Of(long update, string model)
    {
        var (name, inputs) = ($"finetuning_{CheckpointFiles.NameOf(update)}", Inputs(update, model));
        if (kept.Find<WorthFinetuning>(name, inputs) is { } known)
            return known;
        // where one machine makes a folder it clears away what it takes for a dead process's
        using var work = replicas.Writes && options.WorkFolder is { } chosen
            ? WorkFolder.In(chosen, "finetuning")
            : WorkFolder.Temporary("finetuning");
        var run = work.At("run");
        var config = Config(model, run, scratch: update == 0);
        var shown = progress?.Invoke(update == 0 ? "fine-tuning from scratch" : $"fine-tuning of update {update}");
        Finetuner.Run(config, run,
            new FinetuningOptions { Progress = shown is null ? null : new TrainingStage(shown, "updates") }, cancellation);
        cancellation.ThrowIfCancellationRequested();
        var errors = TranscriptScoring.Run(config.Value, run, options.Split, progress?.Invoke("its errors"), cancellation);
        var result = new WorthFinetuning(update, options.Updates, options.Split, errors);
        kept.Keep(name, inputs, result);
        return result;
    }

    private ResolvedConfig<FinetuningConfig> Config(string model, string run, bool scratch) => ConfigLoader.Load<FinetuningConfig>(
        options.Config,
        [
            .. options.Overrides, $"task.data={options.Data}", $"task.label_dir={options.Labels}", $"task.labels=[{options.Label}]",
            $"model.w2v_path={model}", $"optimization.max_update={options.Updates}", "dataset.disable_validation=true",
            "checkpoint.no_save_optimizer_state=true", $"checkpoint.save_dir={Path.Combine(run, RunFolder.CheckpointsName)}",
            .. scratch ? ["model.no_pretrained_weights=true", "model.freeze_finetune_updates=0"] : (string[])[],
        ]);

    private StageInputs Inputs(long update, string model)
    {
        var config = Config(model, ".", scratch: update == 0);
        var inputs = new StageInputs().Setting("split", options.Split).Setting("model",
            update == 0 ? HubertSource.ArchitectureOf(new ModelSpec(model, [])) : ModelIdentity.Of(model));
        foreach (var split in new[] { config.Value.Dataset.TrainSubset, options.Split }.Distinct())
            inputs.File($"{split}.tsv", Path.Combine(options.Data, $"{split}.tsv"))
                .File($"{split}.{options.Label}", Path.Combine(options.Labels, $"{split}.{options.Label}"));
        return inputs.File("dictionary", TranscriptData.DictionaryPath(config.Value.Task)).Configuration(config);
    }
}
