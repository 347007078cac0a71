using HubertSharp.Interop;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Runs.Stages;
using HubertSharp.SpeechTokenizer.Training;
using HubertSharp.Training;

namespace HubertSharp.Pipelines.Tokenizers;

/// <summary>
/// The training of one tokenizer. It goes on from its last checkpoint; one of another teacher, other data or settings is kept aside, as a
/// pre-training is.
/// </summary>
internal static class TokenizerStage
{
    /// <summary>Where things lie does not change what is learned.</summary>
    private static readonly string[] s_places = ["task.data", "task.teacher", "task.feature_dir", "checkpoint.save_dir"];

    public static Stage Create(PipelineContext context, PipelineTokenizer tokenizer) => new(tokenizer.TrainingStage, tokenizer.RunFolder)
    {
        Obstacle = isSame => isSame ? null : "its teacher, its data or its settings are others now",
        IsOurs = () => RunFolder.IsOne(tokenizer.RunFolder),
        Inputs = () =>
        {
            var inputs = context.AudioInputs(PipelineContext.Splits)
                .Setting("teacher", tokenizer.IsHubert ? ModelIdentity.Of(context.ModelFolder) : tokenizer.Teacher);
            foreach (var entry in tokenizer.Config.Entries.Where(e => !s_places.Contains(e.Key)))
                inputs.Setting(entry.Key, entry.Value);
            return inputs;
        },
        Run = cancellation => context.Trained(tokenizer.RunFolder, view => TokenizerTrainer.Run(tokenizer.Config, tokenizer.RunFolder,
            new TrainingOptions { Progress = view, Notice = context.Options.Say }, cancellation)),
    };
}
