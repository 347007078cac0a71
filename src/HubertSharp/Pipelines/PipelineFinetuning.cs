using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Recipes;

namespace HubertSharp.Pipelines;

/// <summary>The folders and the configuration of a pipeline's fine-tuning.</summary>
internal sealed class PipelineFinetuning
{
    public const string Label = "ltr";

    private readonly PipelineContext _context;

    public PipelineFinetuning(PipelineContext context, RecipeFinetuning recipe)
    {
        (_context, Recipe) = (context, recipe);
        // Loaded at once: a misspelt key is told before the first stage, not after hours.
        Config = ConfigLoader.Load<FinetuningConfig>(recipe.Config,
        [
            .. recipe.Overrides, $"task.data={context.DataFolder}", $"task.label_dir={LabelFolder}", $"task.labels=[{Label}]",
            $"model.w2v_path={context.ModelFolder}",
            $"checkpoint.save_dir={Path.Combine(RunFolder, Runs.RunFolders.RunFolder.CheckpointsName)}",
        ]);
    }

    public RecipeFinetuning Recipe { get; }

    public ResolvedConfig<FinetuningConfig> Config { get; }

    /// <summary>The labels are made of the transcripts beside the manifests.</summary>
    public bool MakesLabels => Recipe.Labels is null;

    public string LabelFolder => Recipe.Labels is { } given ? Path.GetFullPath(given) : _context.At("finetune", "labels");

    public string RunFolder => _context.At("finetune", "run");

    public string ScorePath => _context.At("finetune", "errors", "errors.json");

    /// <summary>Recordings that no model was trained on, where there are some.</summary>
    public string ScoredSplit => _context.EvaluationSplits.Last();

    /// <summary>The splits that take part.</summary>
    public IEnumerable<string> Splits =>
        new[] { Config.Value.Dataset.TrainSubset, Config.Value.Dataset.ValidSubset, ScoredSplit }.Distinct();

    public string Labels(string split) => Path.Combine(LabelFolder, $"{split}.{Label}");

    public string Dictionary => Path.Combine(LabelFolder, $"dict.{Label}.txt");

    /// <summary>The transcripts of a split that labels are made of.</summary>
    public string Transcripts(string split) => Path.ChangeExtension(_context.Manifest(split), ".wrd");
}
