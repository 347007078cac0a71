using HubertSharp.Features.Acoustic;
using HubertSharp.Features.Hubert;
using HubertSharp.Interop;
using HubertSharp.Runs.Stages;

namespace HubertSharp.Pipelines;

/// <summary>What an iteration clusters: MFCCs, or a layer of the iteration before.</summary>
internal static class FeatureStage
{
    public static Stage Create(PipelineContext context, PipelineIteration iteration) =>
        new($"features-{iteration.Number}", iteration.FeatureFolder)
        {
            IsShared = true,
            Inputs = () =>
            {
                if (!File.Exists(context.Manifest("valid")))
                    throw PipelineFaults.NoValid(context.DataFolder);
                var inputs = context.AudioInputs(PipelineContext.Splits).Setting("features", iteration.Recipe.Features);
                return iteration.Recipe.Layer is { } layer
                    ? inputs.Setting("layer", layer).Setting("model", ModelIdentity.Of(Teacher(context, iteration).RunFolder))
                    : inputs;
            },
            Run = cancellation =>
            {
                foreach (var split in PipelineContext.Splits)
                {
                    if (iteration.Recipe.Layer is { } layer)
                        DumpLayer(context, iteration, split, layer, cancellation);
                    else
                        context.WithProgress($"MFCC of {split}", p => AcousticDump.Run(
                            new AcousticDumpOptions
                            {
                                ManifestPath = context.Manifest(split),
                                OutputFolder = iteration.FeatureFolder,
                                Replicas = context.Options.Replicas,
                            }, p, cancellation));
                }
                return context.Made(iteration.FeatureFolder);
            },
        };

    private static void DumpLayer(
        PipelineContext context, PipelineIteration iteration, string split, int layer, CancellationToken cancellation)
    {
        var options = new HubertDumpOptions
        {
            ManifestPath = context.Manifest(split),
            OutputFolder = iteration.FeatureFolder,
            ModelPath = Teacher(context, iteration).RunFolder,
            Layers = [layer],
            Precision = Teacher(context, iteration).FeaturePrecision,
            Device = Teacher(context, iteration).Device,
            Replicas = context.Options.Replicas,
        };
        context.WithProgress($"layer {layer} of iteration {iteration.Number - 1}, {split}", p => HubertDump.Run(options, p, cancellation));
    }

    private static PipelineIteration Teacher(PipelineContext context, PipelineIteration iteration) =>
        context.Iterations[iteration.Number - 2];
}
