using HubertSharp.Audio;
using HubertSharp.Clustering;
using HubertSharp.Features;
using HubertSharp.Runs.Labels;
using HubertSharp.Runs.Stages;

namespace HubertSharp.Pipelines;

/// <summary>The labels of an iteration, and their check before anything is trained on them.</summary>
internal static class LabelStage
{
    public static Stage Create(PipelineContext context, PipelineIteration iteration) =>
        new($"labels-{iteration.Number}", iteration.LabelFolder)
        {
            IsShared = true,
            Inputs = () =>
            {
                var inputs = new StageInputs().File("k-means model", iteration.ModelPath).Setting("label_rate", iteration.Recipe.LabelRate);
                foreach (var path in PipelineContext.FilesIn(iteration.FeatureFolder))
                    inputs.File(Path.GetFileName(path), path);
                return inputs;
            },
            Run = cancellation =>
            {
                var model = KMeansModel.Load(iteration.ModelPath);
                foreach (var split in PipelineContext.Splits)
                {
                    using var dump = FeatureDumpReader.Open(iteration.FeatureFolder, split);
                    model.CheckFits(iteration.ModelPath, dump.Description, dump.Dimensions, iteration.FeatureFolder);
                    if (dump.Description is { } description && Math.Abs(description.FrameRate - iteration.Recipe.LabelRate) > 1e-6)
                        throw PipelineFaults.LabelRate(iteration.Number, iteration.Recipe.Features, description.FrameRate,
                            iteration.Recipe.LabelRate);
                    context.WithProgress($"labels of {split}",
                        p => KMeansLabels.Write(
                            dump, model, iteration.Labels(split), threads: 0, context.Options.Replicas, p, cancellation));
                }
                if (context.Options.Replicas.Writes)
                {
                    SharedStages.Alone(context.Options.Replicas, "the check of the labels");
                    Check(context, iteration, cancellation);
                }
                return context.Made(iteration.LabelFolder);
            },
        };

    private static void Check(PipelineContext context, PipelineIteration iteration, CancellationToken cancellation)
    {
        var options = new LabelCheckOptions
        {
            Splits = [.. PipelineContext.Splits.Select(s => new LabelSplit(s, context.Manifest(s), iteration.Labels(s)))],
            DictionaryPath = iteration.Dictionary,
            LabelRate = iteration.Recipe.LabelRate,
            LengthOf = AudioFile.LengthOrNull,
            OwnClusters = (split, clusters, token) => OwnClusters.Of(iteration.FeatureFolder, split, clusters, token),
        };
        var report = context.WithProgress("label check", p => LabelCheck.Run(options, p, cancellation));
        report.ThrowIfBroken();
        var train = report.Splits[0];
        context.Options.Say(
            $"  {train.Labels} labels at {train.ImpliedLabelRate:0.#} per second, {train.Used} of {report.Clusters} clusters in use, "
            + $"entropy {train.EntropyBits:0.00} bits");
        foreach (var finding in report.Findings)
            context.Options.Say($"  {finding.Message}; {finding.Next}");
    }
}
