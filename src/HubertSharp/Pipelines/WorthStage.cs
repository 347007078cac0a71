using HubertSharp.Evaluation.Worth;
using HubertSharp.Interop;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Reports;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Runs.Stages;

namespace HubertSharp.Pipelines;

/// <summary>
/// The curve of worth of every iteration (<c>evaluation.every</c>): its kept checkpoints scored on utterances that no model was trained
/// on, for the report and, as <c>worth.json</c> in the run folder, for the dashboard.
/// </summary>
internal static class WorthStage
{
    public static string ResultPath(PipelineContext context) => context.At("worth", RunFolder.WorthName);

    public static Stage Create(PipelineContext context) => new("worth", context.At("worth"))
    {
        Beside = [.. context.Iterations.Select(WorthPath)],
        Inputs = () =>
        {
            var inputs = LayerManifests.Inputs(context).Setting("every", context.Recipe.Evaluation.Every);
            foreach (var iteration in context.Iterations)
                inputs.Setting($"model {iteration.Number}", ModelIdentity.Of(iteration.RunFolder));
            return inputs;
        },
        Run = cancellation =>
        {
            List<RunWorth> curves = [];
            List<string> outputs = [ResultPath(context)];
            if (ReferenceStage.HasAlignment(context))
            {
                using var work = WorkFolder.In(context.At("worth"), "manifest");
                var manifests = LayerManifests.Write(context, work);
                foreach (var iteration in context.Iterations)
                {
                    curves.Add(ConsecutiveStages.Run(context.Options.Progress, stages => CheckpointEvaluation.Run(
                        Options(context, iteration, manifests), stages, cancellation)));
                    outputs.Add(WorthPath(iteration));
                }
            }
            ReportJson.Write(ResultPath(context), curves);
            return outputs;
        },
    };

    private static string WorthPath(PipelineIteration iteration) => Path.Combine(iteration.RunFolder, RunFolder.WorthName);

    private static CheckpointEvaluationOptions Options(PipelineContext context, PipelineIteration iteration, LayerManifests manifests) =>
        new()
        {
            RunFolder = iteration.RunFolder,
            Every = context.Recipe.Evaluation.Every,
            Layers = context.Recipe.Evaluation.Layers,
            Quality = manifests.Options(context, iteration, starts: 2, context.At("worth")),
        };
}
