using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Configuration.Tokenizers;
using HubertSharp.Runs.Recipes;

namespace HubertSharp.Pipelines.Tokenizers;

/// <summary>The folders and the configuration of one tokenizer of a pipeline.</summary>
internal sealed class PipelineTokenizer
{
    private readonly PipelineContext _context;
    private readonly PipelineTokenizers _shared;

    public PipelineTokenizer(PipelineContext context, PipelineTokenizers shared, string teacher)
    {
        (_context, _shared, Teacher) = (context, shared, teacher);
        _ = Load("1"); // a misspelt key is told before the first stage; which layer it will be decides nothing of it
    }

    /// <summary><c>hubert</c>, <c>mfcc</c> or <c>none</c>.</summary>
    public string Teacher { get; }

    public bool IsHubert => Teacher == RecipeTokenizers.Hubert;

    public ResolvedConfig<TokenizerTrainingConfig> Config => Load(IsHubert ? _shared.Layer : "1");

    public string RunFolder => _context.At("tokenizers", Teacher, "run");

    /// <summary>Beside the run, where the dashboard finds it.</summary>
    public string ScoreFolder => Path.Combine(RunFolder, Runs.RunFolders.RunFolder.ReconstructionsName);

    public string TrainingStage => $"tokenizer-{Teacher}";

    public string ScoringStage => $"scores-{Teacher}";

    private ResolvedConfig<TokenizerTrainingConfig> Load(string layer) => ConfigLoader.Load<TokenizerTrainingConfig>(
        _shared.Recipe.Config,
        [
            .. _shared.Recipe.Overrides, $"task.data={_context.DataFolder}",
            .. IsHubert
                ? [$"task.teacher={_context.ModelFolder}", $"task.teacher_layer={layer}", $"task.feature_dir={_shared.TeacherFolder}"]
                : (string[])[$"task.teacher={Teacher}"],
            $"checkpoint.save_dir={Path.Combine(RunFolder, Runs.RunFolders.RunFolder.CheckpointsName)}",
        ]);
}
