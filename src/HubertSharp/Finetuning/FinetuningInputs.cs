using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Stages;

namespace HubertSharp.Finetuning;

/// <summary>What of a configuration decides what a fine-tuning learns, for a stage that is done again only where that changed.</summary>
internal static class FinetuningInputs
{
    /// <summary>Where things lie does not change what is learned.</summary>
    private static readonly string[] Places = ["task.data", "task.label_dir", "model.w2v_path", "checkpoint.save_dir"];

    /// <summary>Adds every key but the places.</summary>
    public static StageInputs Configuration(this StageInputs inputs, ResolvedConfig<FinetuningConfig> config)
    {
        foreach (var entry in config.Entries.Where(e => !Places.Contains(e.Key)))
            inputs.Setting(entry.Key, entry.Value);
        return inputs;
    }
}
