using HubertSharp.Interop;
using HubertSharp.Ranking;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Reports;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Runs.Stages;

namespace HubertSharp.Pipelines;

/// <summary>
/// The curve of worth of every iteration (<c>evaluation.every</c>): its kept checkpoints scored on utterances that no model was trained
/// on, probed and fine-tuned for a short time where the recipe asks for it, for the report and, as <c>worth.json</c> in the run folder, for
/// the dashboard.
/// </summary>
internal static class WorthStage
{
    public static string ResultPath(PipelineContext context) => context.At("worth", RunFolder.WorthName);

    public static Stage Create(PipelineContext context) => new("worth", context.At("worth"))
    {
        IsShared = true,
        Beside = [.. context.Iterations.Select(WorthPath)],
        Inputs = () =>
        {
            var evaluation = context.Recipe.Evaluation;
            var inputs = LayerManifests.Inputs(context).Setting("every", evaluation.Every)
                .Setting("probe", evaluation is { Probe: true, CurveProbe: true }).Setting("finetune_updates", evaluation.FinetuneUpdates);
            foreach (var iteration in context.Iterations)
                inputs.Setting($"model {iteration.Number}", ModelIdentity.Of(iteration.RunFolder));
            if (evaluation.FinetuneUpdates > 0 && context.Finetuning is { } tuning)
                inputs.File("dictionary", tuning.Dictionary).File("transcripts", tuning.Labels(tuning.Config.Value.Dataset.TrainSubset))
                    .File("scored transcripts", tuning.Labels(tuning.ScoredSplit))
                    .Setting("finetune", string.Join(' ', tuning.Recipe.Overrides.Prepend(tuning.Recipe.Config)));
            return inputs;
        },
        Run = cancellation =>
        {
            List<RunWorth> curves = [];
            List<string> outputs = [ResultPath(context)];
            var replicas = context.Options.Replicas;
            SharedStages.Alone(replicas, "the curve of worth");
            using var work = replicas.Writes ? WorkFolder.In(context.At("worth"), "manifest") : null;
            var manifests = ReferenceStage.HasAlignment(context) ? LayerManifests.Shared(context, work) : null;
            foreach (var iteration in manifests is null && context.Recipe.Evaluation.FinetuneUpdates == 0 ? [] : context.Iterations)
            {
                curves.Add(ConsecutiveStages.Run(context.Options.Progress, stages => CheckpointEvaluation.Run(
                    Options(context, iteration, manifests), stages, cancellation)));
                outputs.Add(WorthPath(iteration));
            }
            if (replicas.Writes)
                ReportJson.Write(ResultPath(context), curves);
            return outputs;
        },
    };

    private static string WorthPath(PipelineIteration iteration) => Path.Combine(iteration.RunFolder, RunFolder.WorthName);

    private static CheckpointEvaluationOptions Options(PipelineContext context, PipelineIteration iteration, LayerManifests? manifests) =>
        new()
        {
            RunFolder = iteration.RunFolder,
            Every = context.Recipe.Evaluation.Every,
            Layers = context.Recipe.Evaluation.Layers,
            Quality = manifests is null ? null
                : manifests.Options(context, iteration, starts: 2, context.At("worth")) with { Replicas = context.Options.Replicas },
            Probe = context.Recipe.Evaluation is { Probe: true, CurveProbe: true },
            Finetuning = context.Recipe.Evaluation.FinetuneUpdates is > 0 and var updates && context.Finetuning is { } tuning
                ? new CheckpointFinetuningOptions
                {
                    Data = context.DataFolder,
                    Labels = tuning.LabelFolder,
                    Label = PipelineFinetuning.Label,
                    Split = tuning.ScoredSplit,
                    Updates = updates,
                    Config = tuning.Recipe.Config,
                    Overrides = tuning.Recipe.Overrides,
                    WorkFolder = context.At("worth"),
                }
                : null,
            Replicas = context.Options.Replicas,
            Notice = text => context.Options.Say($"  {text}"),
        };
}
