using HubertSharp.Clustering;
using HubertSharp.Features;
using HubertSharp.Interop;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Configuration.Tokenizers;
using HubertSharp.Runs.Stages;
using HubertSharp.SpeechTokenizer.Training;

namespace HubertSharp.Pipelines.Tokenizers;

/// <summary>
/// The features of the HuBERT's layer for training and for what is scored, and their clusters: every tokenizer's first quantiser is held
/// against these, whatever it learnt from.
/// </summary>
internal static class TeacherStage
{
    public static Stage Create(PipelineContext context, PipelineTokenizers tokenizers) => new("teacher", tokenizers.TeacherFolder)
    {
        Inputs = () => context.AudioInputs(Splits(tokenizers)).Setting("model", ModelIdentity.Of(context.ModelFolder))
            .Setting("layer", tokenizers.Layer).Setting("clusters", tokenizers.Recipe.Clusters).Setting("seed", context.Recipe.Seed),
        Run = cancellation =>
        {
            var folder = tokenizers.TeacherFolder;
            var config = ConfigLoader.Load<TokenizerTrainingConfig>(tokenizers.Recipe.Config,
            [
                .. tokenizers.Recipe.Overrides, $"task.data={context.DataFolder}", $"task.teacher={context.ModelFolder}",
                $"task.teacher_layer={tokenizers.Layer}", "checkpoint.save_dir=.",
            ]);
            TeacherDump.Ensure(config.Value, [.. Splits(tokenizers).Select(context.Manifest)], folder,
                text => context.Options.Say($"  {text}"), cancellation);
            ClusterStage.Fit(context, folder,
                new KMeansOptions { Clusters = tokenizers.Recipe.Clusters, Starts = 2, Seed = context.Recipe.Seed },
                tokenizers.ClusterPath, cancellation);
            using var dump = FeatureDumpReader.Open(folder, tokenizers.ScoredSplit);
            context.WithProgress($"labels of {tokenizers.ScoredSplit}", p => KMeansLabels.Write(dump,
                KMeansModel.Load(tokenizers.ClusterPath), tokenizers.LabelPath, progress: p, cancellation: cancellation));
            return PipelineContext.FilesIn(folder);
        },
    };

    private static string[] Splits(PipelineTokenizers tokenizers) => [.. PipelineContext.Splits.Append(tokenizers.ScoredSplit).Distinct()];
}
