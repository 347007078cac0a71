using HubertSharp.Runs.Configuration.Groups;

namespace HubertSharp.Runs.Configuration.Tokenizers;

/// <summary>Rules between the keys of a tokenizer's training.</summary>
internal static class TokenizerRules
{
    /// <summary>What the widest window of the STFT discriminators needs.</summary>
    private const int LeastSamples = 2048;

    private const long MostHop = 1 << 16;

    public static IEnumerable<string> Broken(TokenizerTrainingConfig config, RuleCheck check)
    {
        var (task, model, criterion) = (config.Task, config.Model, config.Criterion);
        if (task.SampleRate != SamplingRate.Hz)
            yield return check.Rule("task.sample_rate", $"{SamplingRate.Hz}, because all audio is resampled to it", task.SampleRate);
        if (model.Strides.Count is < 1 or > 12 || model.Hop() > MostHop)
            yield return check.Rule("model.strides", $"1 to 12 numbers whose product is at most {MostHop}", model.Strides);
        if (model is { Bidirectional: true, LstmLayers: 0 })
            yield return check.Rule("model.lstm_layers", "at least 1 while model.bidirectional is true", 0);
        if (model.StftWindows.Any(window => window % 4 != 0))
            yield return check.Rule("model.stft_windows", "multiples of 4", model.StftWindows);
        if (model.ScaleChannels % 16 != 0)
            yield return check.Rule("model.scale_channels", "a multiple of 16", model.ScaleChannels);
        if (criterion.MelLossLambdas.Count is < 1 or > 8)
            yield return check.Rule("criterion.mel_loss_lambdas", "1 to 8 weights", criterion.MelLossLambdas);
        if (criterion.WinSize > criterion.NFft)
            yield return check.Rule("criterion.win_size", $"at most criterion.n_fft, {criterion.NFft}", criterion.WinSize);
        if (criterion.NFft >> (criterion.MelLossLambdas.Count - 1) < 16 || criterion.HopSize >> (criterion.MelLossLambdas.Count - 1) < 1)
            yield return check.Rule("criterion.n_fft", "16 points and a hop of 1 at the last resolution", criterion.NFft);
        var least = Math.Max(LeastSamples, 2 * criterion.NFft);
        if (task.SegmentSize < least || task.SegmentSize % Math.Max(1, model.Hop()) != 0)
            yield return check.Rule("task.segment_size",
                $"at least {least}, and a multiple of the {model.Hop()} samples of a frame (model.strides)", task.SegmentSize);
        if (task.TrainFiles is null != task.ValidFiles is null && !config.Dataset.DisableValidation)
            yield return check.Rule("task.valid_files", "a list beside task.train_files, or neither", task.ValidFiles ?? "none");
        if (task.Data is null && task.TrainFiles is null)
            yield return check.Rule("task.data", "a folder with train.tsv, or task.train_files", "none");
        if (!task.CacheTeacher && task.FeatureDir is not null)
            yield return check.Rule("task.cache_teacher", "true with task.feature_dir, whose features are not computed", task.CacheTeacher);
        if (LayerMix.Parse(task.TeacherLayer) is null
            && (!int.TryParse(task.TeacherLayer, out var layer) || layer is < 1 or > 1000))
            yield return check.Rule(
                "task.teacher_layer", $"a layer from 1, {LayerMix.All}, or LAYER:WEIGHT,LAYER:WEIGHT", task.TeacherLayer);
        // an end in epochs gives the schedule its length once the data is known
        var shared = config.LrScheduler is CosineConfig cosine && cosine.Period() <= 0 && config.Optimization.MaxEpoch > 0
            ? config with { LrScheduler = cosine with { LrPeriodUpdates = 1 } }
            : config;
        foreach (var broken in ConfigRules.Shared(shared, check))
            yield return broken;
    }
}
