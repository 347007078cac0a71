using HubertSharp.Pretraining;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Runs.Stages;

namespace HubertSharp.Pipelines;

/// <summary>
/// One pre-training; it goes on from its last checkpoint whenever that is of the same run, as <c>hubert pretrain</c> does.
/// </summary>
internal static class PretrainStage
{
    /// <summary>Where things lie does not change what is learned: a pipeline's folder may be moved.</summary>
    private static readonly string[] Places = ["task.data", "task.label_dir", "checkpoint.save_dir"];

    public static Stage Create(PipelineContext context, PipelineIteration iteration) =>
        new($"pretrain-{iteration.Number}", iteration.RunFolder)
        {
            Obstacle = isSame => RunContinuation.Obstacle(iteration.Config, iteration.RunFolder, isSame),
            IsOurs = () => RunFolder.IsOne(iteration.RunFolder),
            IsShared = true,
            Inputs = () =>
            {
                var inputs = context.AudioInputs(PipelineContext.Splits).File(Path.GetFileName(iteration.Dictionary), iteration.Dictionary);
                foreach (var split in PipelineContext.Splits)
                    inputs.File(Path.GetFileName(iteration.Labels(split)), iteration.Labels(split));
                foreach (var entry in iteration.Config.Entries.Where(e => !Places.Contains(e.Key)))
                {
                    inputs.Setting(entry.Key, iteration.Recipe.StartsFromPrevious && entry.Key == "checkpoint.finetune_from_model"
                        ? "the iteration before"
                        : entry.Value);
                }
                return inputs;
            },
            Run = cancellation => context.Trained(iteration.RunFolder, view => Pretrainer.Run(iteration.Config, iteration.RunFolder,
                new PretrainingOptions
                {
                    Progress = view,
                    Notice = context.Options.Say,
                    NewLabels = iteration.Recipe.StartsFromPrevious,
                    Replicas = context.Options.Replicas,
                    StaysTogether = true,
                }, cancellation)),
        };
}
