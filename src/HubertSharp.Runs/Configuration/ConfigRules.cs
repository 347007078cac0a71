namespace HubertSharp.Runs.Configuration;

/// <summary>Rules between keys, and what a configuration means here that its author may not expect.</summary>
internal static class ConfigRules
{
    /// <summary>The rules of a pre-training that are broken, each as a whole text; missing keys are left alone.</summary>
    public static IEnumerable<string> Hubert(HubertConfig config, RuleCheck check)
    {
        var (task, model, criterion) = (config.Task, config.Model, config.Criterion);
        foreach (var (key, expected, found) in ModelRules.Widths(model).Concat(ModelRules.Meaningless(model, criterion)))
            yield return check.Rule(key, expected, found);
        if (task.SampleRate != SamplingRate.Hz)
            yield return check.Rule("task.sample_rate", $"{SamplingRate.Hz}, because all audio is resampled to it", task.SampleRate);
        if (!task.FineTuning && model.LabelRate <= 0 && !check.Misses("model.label_rate") && !check.Misses("task.label_rate"))
            yield return check.Rule("model.label_rate",
                "labels per second above 0, such as 100 for MFCC clusters or 50 for HuBERT layers", model.LabelRate);
        if (!check.Misses("task.labels") && task.Labels.Count == 0)
            yield return check.Rule("task.labels", "at least one label set such as [km]", "none");
        foreach (var broken in Shared(config, check))
            yield return broken;
        if (model.SkipMasked && criterion.PredMaskedWeight > 0)
            yield return check.Rule("model.skip_masked", "false while criterion.pred_masked_weight is above 0", "true");
        if (model.SkipNomask && criterion.PredNomaskWeight > 0)
            yield return check.Rule("model.skip_nomask", "false while criterion.pred_nomask_weight is above 0", "true");
        if (model.MaskProb == 0 && criterion.PredMaskedWeight > 0 && !task.FineTuning)
            yield return check.Rule("model.mask_prob",
                "a share above 0, such as 0.8, because 0 hides nothing and leaves no masked loss (criterion.pred_masked_weight is above 0)",
                model.MaskProb);
        if (criterion.PredMaskedWeight == 0 && criterion.PredNomaskWeight == 0)
            yield return check.Rule("criterion.pred_masked_weight", "a weight above 0 here or in pred_nomask_weight", 0);
    }

    /// <summary>The rules of any training that are broken.</summary>
    public static IEnumerable<string> Shared(TrainingConfig config, RuleCheck check)
    {
        if (config.Optimization.Lr.Count == 0)
            yield return check.Rule("optimization.lr", "at least one rate such as [0.0005]", "none");
        if (config.Optimization.UpdateFreq.Count == 0)
            yield return check.Rule("optimization.update_freq", "at least one number such as [1]", "none");
        if (config.Optimizer.AdamBetas is { Beta1: 1 } or { Beta2: 1 })
            yield return check.Rule("optimizer.adam_betas", "two numbers below 1", ConfigValue.Format(config.Optimizer.AdamBetas));
        if (config.DistributedTraining is { Reproducible: true, DdpCommHook: not "none" and var hook })
            yield return check.Rule("distributed_training.ddp_comm_hook",
                "none while distributed_training.reproducible is true: one process rounds nothing, so that several would differ from it",
                hook);
        foreach (var (key, expected, found) in config.LrScheduler.Broken().Where(b => !check.Misses(b.Key)))
            yield return check.Rule(key, expected, found);
    }

    /// <summary>
    /// What became of references to the environment: in a user's configuration their values are used and kept, in a run's they are
    /// not followed.
    /// </summary>
    public static IEnumerable<string> References(IReadOnlyList<ConfigEntry> entries, ConfigSources sources)
    {
        foreach (var group in entries.Where(e => e.Variables.Count > 0).GroupBy(e => string.Join(", ", e.Variables)))
            yield return ConfigFaults.ValueIsKept([.. group.Select(e => e.Key)], group.Key);
        if (sources.DefaultsOfRun is { } where)
            yield return ConfigFaults.DefaultsOfRun(where);
        foreach (var entry in entries.Where(e => e.IsReference))
            yield return ConfigFaults.NotFollowed(entry.Origin.Split(' ')[0], entry.Key, entry.Value);
    }

    public static IReadOnlyList<string> Notices(TrainingConfig config, ConfigSources sources)
    {
        var notices = new List<string>();
        if (sources.Ignored.Count > 0)
            notices.Add($"accepted, without effect here: {string.Join(", ", sources.Ignored)}");
        notices.AddRange(sources.LeftOut);
        if (config.DistributedTraining.DistributedWorldSize > 1)
        {
            var size = config.DistributedTraining.DistributedWorldSize;
            notices.Add(
                $"distributed_training.distributed_world_size is {size}: with fewer processes the batch is that much smaller, and in one "
                    + $"process optimization.update_freq=[{size}] gives the same batch");
        }
        return notices;
    }
}
