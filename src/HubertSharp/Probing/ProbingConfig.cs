using System.Globalization;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Configuration.Groups;

namespace HubertSharp.Probing;

/// <summary>The engine's configuration of a probe: made of options, never read from a file.</summary>
internal sealed record ProbingConfig : TrainingConfig
{
    public const string Accuracy = "acc", PhoneErrors = "per";

    /// <summary>Times that a run looks at the valid split.</summary>
    private const int Validations = 10;

    /// <summary>s3prl's name of what a task is measured by.</summary>
    public static string Metric(ProbeTask task) => task == ProbeTask.CtcPhone ? PhoneErrors : Accuracy;

    /// <param name="options">What was asked.</param>
    /// <param name="features">Names the features.</param>
    /// <param name="rate">The learning rate.</param>
    public static ResolvedConfig<ProbingConfig> Of(ProbingOptions options, string features, double rate)
    {
        var defaults = ProbeDefaults.Of(options.Task);
        var (batch, accumulate) = (options.BatchSize ?? defaults.BatchSize, options.Accumulate ?? defaults.Accumulate);
        var every = Math.Max(1, options.Steps / Validations);
        OptimizerConfig adam = defaults.HasOwnAdam
            ? new AdamConfig { AdamEps = 1e-7, Lr = [rate] }
            : new AdamWConfig { WeightDecay = 0, Lr = [rate] }; // without decay it is torch's Adam
        var config = new ProbingConfig
        {
            Common = new() { Seed = options.Seed, Cpu = true, Bf16 = false, Fp16 = false, LogInterval = every, SamplePredictions = 0 },
            Checkpoint = new()
            {
                SaveIntervalUpdates = every,
                KeepIntervalUpdates = 1,
                NoEpochCheckpoints = true,
                BestCheckpointMetric = Metric(options.Task),
                MaximizeBestCheckpointMetric = options.Task != ProbeTask.CtcPhone,
            },
            Dataset = new()
            {
                NumWorkers = Math.Min(2, Environment.ProcessorCount),
                DataBufferSize = accumulate, // features are large: one step ahead
                BatchSize = batch,
                DisableValidation = options.ValidManifests.Count == 0,
                ValidateInterval = int.MaxValue,
                ValidateIntervalUpdates = every,
            },
            Optimization = new() { MaxUpdate = options.Steps, ClipNorm = options.ClipNorm, UpdateFreq = [accumulate], Lr = [rate] },
            Optimizer = adam,
            LrScheduler = new FixedConfig { Lr = [rate] },
        };
        return new ResolvedConfig<ProbingConfig>
        {
            Value = config,
            Notices = [],
            Missing = [],
            Entries =
            [
                Entry("common.seed", options.Seed), Entry("checkpoint.best_checkpoint_metric", config.Checkpoint.BestCheckpointMetric),
                Entry("dataset.batch_size", batch), Entry("optimization.max_update", options.Steps),
                Entry("optimization.clip_norm", options.ClipNorm), Entry("optimization.update_freq", $"[{accumulate}]"),
                Entry("optimization.lr", FormattableString.Invariant($"[{rate}]")),
                Entry("optimizer._name", defaults.HasOwnAdam ? "adam" : "adamw"),
                Entry("optimizer.adam_eps", adam.AdamEps), Entry("optimizer.weight_decay", adam.WeightDecay),
                Entry("lr_scheduler._name", "fixed"),
                Entry("model._name", "superb_probe"), Entry("model.task", Name(options.Task)),
                Entry("model.features", $"\"{features.Replace("\\", "\\\\").Replace("\"", "\\\"")}\""),
                Entry("model.normalize", options.Normalize ? "true" : "false"),
                Entry("model.projector_dim", options.ProjectorDim ?? defaults.ProjectorDim),
            ],
        };
    }

    /// <summary>As the command line has it: <c>ctc-phone</c>.</summary>
    public static string Name(ProbeTask task) => task == ProbeTask.CtcPhone ? "ctc-phone" : task.ToString().ToLowerInvariant();

    private static ConfigEntry Entry<T>(string key, T value) =>
        new(key, string.Create(CultureInfo.InvariantCulture, $"{value}"), "command line");
}
