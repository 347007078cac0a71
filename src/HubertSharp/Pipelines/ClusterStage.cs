using HubertSharp.Clustering;
using HubertSharp.Features;
using HubertSharp.Runs.Stages;

namespace HubertSharp.Pipelines;

/// <summary>The k-means model of an iteration, fitted on the training features.</summary>
internal static class ClusterStage
{
    public static Stage Create(PipelineContext context, PipelineIteration iteration) =>
        new($"kmeans-{iteration.Number}", iteration.ClusterFolder)
        {
            IsShared = true,
            Inputs = () =>
            {
                var inputs = new StageInputs()
                    .Setting("clusters", iteration.Recipe.Clusters)
                    .Setting("starts", iteration.Recipe.Starts)
                    .Setting("seed", context.Recipe.Seed);
                foreach (var path in PipelineContext.FilesIn(iteration.FeatureFolder)
                    .Where(p => Path.GetFileName(p).StartsWith("train_", StringComparison.Ordinal)))
                    inputs.File(Path.GetFileName(path), path);
                return inputs;
            },
            Run = cancellation =>
            {
                var options = new KMeansOptions
                {
                    Clusters = iteration.Recipe.Clusters,
                    Starts = iteration.Recipe.Starts,
                    Seed = context.Recipe.Seed,
                    Replicas = context.Options.Replicas,
                };
                Fit(context, iteration.FeatureFolder, options, iteration.ModelPath, cancellation);
                return [iteration.ModelPath];
            },
        };

    /// <summary>Fits on the <c>train</c> features of a folder and saves the model.</summary>
    public static void Fit(
        PipelineContext context, string features, KMeansOptions options, string modelPath, CancellationToken cancellation)
    {
        using var dump = FeatureDumpReader.Open(features, "train");
        var fit = context.WithProgress($"k-means, {options.Clusters} clusters",
            p => KMeansTrainer.Fit(dump, features, options, p, cancellation));
        if (!options.Replicas.Writes)
            return;
        KMeansModel.From(fit, options, dump.Dimensions, dump.Description).Save(modelPath);
        if (fit.EmptyClusters > 0)
            context.Options.Say($"{fit.EmptyClusters} of {fit.Clusters} clusters hold no frame: ask for fewer, or use more audio");
    }
}
