using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Recipes;
using HubertSharp.Runs.Reports;
using HubertSharp.Tensors;
using HubertSharp.Training;

namespace HubertSharp.Pipelines;

/// <summary>The folders and the configuration of one pre-training of a pipeline.</summary>
internal sealed class PipelineIteration
{
    private readonly PipelineContext _context;

    public PipelineIteration(PipelineContext context, RecipeIteration recipe, int number)
    {
        (_context, Recipe, Number) = (context, recipe, number);
        // Loaded at once: a misspelt key is told before the first stage, not after hours.
        Config = ConfigLoader.Load(recipe.Config,
        [
            .. context.Recipe.Evaluation.Every is > 0 and var every
                ? [$"checkpoint.save_interval_updates={every}", "checkpoint.keep_interval_updates=-1"]
                : (string[])[],
            .. recipe.Overrides,
            $"task.data={context.DataFolder}",
            $"task.label_dir={LabelFolder}",
            $"task.labels=[{LabelName}]",
            $"model.label_rate={recipe.LabelRate}",
            .. recipe.StartsFromPrevious ? [$"checkpoint.finetune_from_model={context.At($"iteration{number - 1}", "run")}"] : (string[])[],
            $"checkpoint.save_dir={Path.Combine(RunFolder, Runs.RunFolders.RunFolder.CheckpointsName)}",
        ]);
    }

    public const string LabelName = "km";

    public RecipeIteration Recipe { get; }

    public int Number { get; }

    public ResolvedConfig<HubertConfig> Config { get; }

    /// <summary>Where it is trained, and its hidden layers are computed: cpu or cuda.</summary>
    public string Device => PrecisionChoice.Device(Config.Value.Common).type == TorchSharp.DeviceType.CUDA ? "cuda" : "cpu";

    /// <summary>What its hidden layers are computed in, on the device that it is trained on.</summary>
    public ComputePrecision FeaturePrecision => PrecisionChoice.For(Config.Value.Common).Precision;

    /// <summary>What its model is read in by what only runs on a processor.</summary>
    public ComputePrecision Precision => PrecisionChoice.OnProcessor(Config.Value.Common);

    public string FeatureFolder => _context.At($"iteration{Number}", "features");

    public string ClusterFolder => _context.At($"iteration{Number}", "kmeans");

    public string ModelPath => Path.Combine(ClusterFolder, "km.safetensors");

    public string LabelFolder => _context.At($"iteration{Number}", "labels");

    public string CheckPath => Path.Combine(LabelFolder, "check.json");

    public string RunFolder => _context.At($"iteration{Number}", "run");

    public string Labels(string split) => Path.Combine(LabelFolder, $"{split}.{LabelName}");

    public string Dictionary => Path.Combine(LabelFolder, $"dict.{LabelName}.txt");

    /// <summary>What the labels are clusters of.</summary>
    public FeatureSource Source => Recipe.Features == "mfcc"
        ? FeatureSource.Mfcc
        : new FeatureSource(FeatureSourceKind.TrainedModel, Number - 1, Recipe.Layer);
}
