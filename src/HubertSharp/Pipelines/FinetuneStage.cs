using HubertSharp.Finetuning;
using HubertSharp.Interop;
using HubertSharp.Runs.Reports;
using HubertSharp.Runs.Reports.Ranking;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Runs.Stages;

namespace HubertSharp.Pipelines;

/// <summary>
/// The fine-tuning of the last model on the corpus's transcripts, and its errors on recordings that no model was trained on. It goes on
/// from its last checkpoint; one of another model, of other transcripts or settings is kept aside, as a pre-training is.
/// </summary>
internal static class FinetuneStage
{
    public static Stage Train(PipelineContext context, PipelineFinetuning tuning) => new("finetune", tuning.RunFolder)
    {
        Obstacle = isSame => isSame ? null : "its model, its transcripts or its settings are others now",
        IsOurs = () => RunFolder.IsOne(tuning.RunFolder),
        IsShared = true,
        Inputs = () =>
        {
            var dataset = tuning.Config.Value.Dataset;
            return Data(context, tuning, new[] { dataset.TrainSubset, dataset.ValidSubset }.Distinct())
                .Setting("pre-trained model", ModelIdentity.Of(context.ModelFolder)).Configuration(tuning.Config);
        },
        Run = cancellation => context.Trained(tuning.RunFolder, view => Finetuner.Run(tuning.Config, tuning.RunFolder,
            new FinetuningOptions
            {
                Progress = view,
                Notice = context.Options.Say,
                Replicas = context.Options.Replicas,
                StaysTogether = true,
            }, cancellation)),
    };

    public static Stage Score(PipelineContext context, PipelineFinetuning tuning) => new("errors", Path.GetDirectoryName(tuning.ScorePath)!)
    {
        Inputs = () => Data(context, tuning, [tuning.ScoredSplit]).Setting("model", ModelIdentity.Of(tuning.RunFolder))
            .File("output layer", HeadPath(tuning)),
        Run = cancellation =>
        {
            var errors = context.WithProgress("errors", progress => TranscriptScoring.Run(
                tuning.Config.Value, tuning.RunFolder, tuning.ScoredSplit, progress, cancellation));
            var updates = RunFolder.Open(tuning.RunFolder).Checkpoints()[^1].Update;
            ReportJson.Write(tuning.ScorePath, new FinetuningSummary(updates, tuning.ScoredSplit, errors));
            return [tuning.ScorePath];
        },
    };

    private static string HeadPath(PipelineFinetuning tuning) =>
        Path.Combine(ModelReader.Find(tuning.RunFolder).Path, Interop.Native.NativeCtc.FileName);

    private static StageInputs Data(PipelineContext context, PipelineFinetuning tuning, IEnumerable<string> splits)
    {
        string[] names = [.. splits];
        var inputs = context.AudioInputs(names).File("dictionary", tuning.Dictionary);
        foreach (var split in names)
            inputs.File($"{split}.{PipelineFinetuning.Label}", tuning.Labels(split));
        return inputs;
    }
}
