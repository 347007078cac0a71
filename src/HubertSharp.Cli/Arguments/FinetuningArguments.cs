using System.CommandLine;
using HubertSharp.Ranking;
using HubertSharp.Runs.Configuration;

namespace HubertSharp.Cli.Arguments;

/// <summary>The short fine-tuning that <c>hubert evaluate</c> gives each checkpoint.</summary>
internal sealed class FinetuningArguments
{
    private readonly Option<string?> _labels = new("--labels")
    {
        Description =
            "Fine-tune each checkpoint, and the same network from scratch, on transcripts for a short time: folder of train.ltr and "
                + "dict.ltr.txt as 'hubert labels text' makes them, and of the labels of the split that is scored. "
            + "The manifests lie beside that of --manifest. The checkpoints of a fine-tuning are scored as they are: loss, symbol, "
            + "character and word errors, by language.",
    };

    private readonly Option<int> _updates = new("--updates")
    {
        Description = "Updates of each fine-tuning.",
        DefaultValueFactory = _ => CheckpointFinetuningOptions.DefaultUpdates,
    };

    private readonly Option<string> _config = new("--finetune-config")
    {
        Description = $"Its configuration: {string.Join(", ", BundledConfigs.Finetuning)}, or a YAML file.",
        DefaultValueFactory = _ => "finetune_small_cpu",
    };

    public FinetuningArguments() => _updates.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int>() < 1)
            result.AddError("--updates: expected a number of updates above 0");
    });

    public void AddTo(Command command) => Array.ForEach<Option>([_labels, _updates, _config], command.Options.Add);

    /// <summary>Null without transcripts.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="manifest">The one that is scored.</param>
    /// <param name="workFolder">Where the fine-tunings are kept meanwhile.</param>
    public CheckpointFinetuningOptions? Options(ParseResult parsed, string manifest, string? workFolder) =>
        parsed.GetValue(_labels) is not { } labels ? null : new CheckpointFinetuningOptions
        {
            Data = Path.GetDirectoryName(Path.GetFullPath(manifest))!,
            Labels = labels,
            Split = Path.GetFileNameWithoutExtension(manifest),
            Updates = parsed.GetValue(_updates),
            Config = parsed.GetValue(_config)!,
            WorkFolder = workFolder,
        };
}
