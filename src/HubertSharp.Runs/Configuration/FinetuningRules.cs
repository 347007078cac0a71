using System.Globalization;
using HubertSharp.Runs.Configuration.Groups;

namespace HubertSharp.Runs.Configuration;

/// <summary>Rules between the keys of a fine-tuning, and what in them hurts more often than their author expects.</summary>
public static class FinetuningRules
{
    /// <summary>The rules that are broken, each as a whole text.</summary>
    internal static IEnumerable<string> Broken(FinetuningConfig config, RuleCheck check)
    {
        var task = config.Task;
        if (task.SampleRate != SamplingRate.Hz)
            yield return check.Rule("task.sample_rate", $"{SamplingRate.Hz}, because all audio is resampled to it", task.SampleRate);
        if (task.Labels.Count != 1)
            yield return check.Rule("task.labels", "one set of transcripts such as [ltr]", task.Labels);
        if (task.Name == FinetuningTaskConfig.Hubert && !task.FineTuning && !check.Misses("task.fine_tuning"))
            yield return check.Rule("task.fine_tuning", "true, because 'hubert finetune' reads transcripts", task.FineTuning);
        foreach (var broken in ConfigRules.Shared(config, check))
            yield return broken;
    }

    /// <summary>What should be known before the first update.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="lastUpdate">Where the run ends.</param>
    public static IEnumerable<string> Warnings(FinetuningConfig config, long lastUpdate)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (config.LrScheduler is TriStageConfig schedule)
        {
            var (warmup, hold, decay) = schedule.Stages();
            if (warmup + hold < lastUpdate && lastUpdate < warmup + hold + decay)
            {
                var end = Math.Pow(schedule.FinalLrScale, (double)(lastUpdate - warmup - hold) / decay);
                yield return string.Create(CultureInfo.InvariantCulture,
                    $"warning: the learning rate falls until update {warmup + hold + decay:#,0}, and the run ends at update "
                    + $"{lastUpdate:#,0}, with {100 * end:0}% of the peak rate (as fairseq's base_10h does); "
                    + $"lr_scheduler.decay_steps={lastUpdate - warmup - hold} lets it fall to {100 * schedule.FinalLrScale:0.##}%");
            }
        }
        if (config.Model.FreezeFinetuneUpdates >= lastUpdate)
            yield return string.Create(CultureInfo.InvariantCulture,
                $"warning: the encoder stays frozen for {config.Model.FreezeFinetuneUpdates:#,0} updates and the run ends at update "
                + $"{lastUpdate:#,0}: only the output layer learns; lower model.freeze_finetune_updates");
        if (!config.Dataset.DisableValidation && config.Dataset.ValidateAfterUpdates > lastUpdate)
            yield return string.Create(CultureInfo.InvariantCulture,
                $"warning: no validation before update {config.Dataset.ValidateAfterUpdates:#,0}, and the run ends at update "
                + $"{lastUpdate:#,0}: no error rate and no best checkpoint; lower dataset.validate_after_updates");
        if (config.Model is { ApplyMask: true, MaskProb: 0, MaskChannelProb: 0 })
            yield return "warning: model.apply_mask is true and model.mask_prob and model.mask_channel_prob are 0: nothing is masked";
    }
}
