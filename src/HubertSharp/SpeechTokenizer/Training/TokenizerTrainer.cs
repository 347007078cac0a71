using System.Text.Json.Nodes;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Runs.Configuration.Tokenizers;
using HubertSharp.Tensors;
using HubertSharp.Training;

namespace HubertSharp.SpeechTokenizer.Training;

/// <summary>Trains one SpeechTokenizer on one device.</summary>
public static class TokenizerTrainer
{
    private const int WidthWithoutTeacher = 768;

    /// <summary>
    /// Trains until <c>optimization.max_update</c> or <c>max_epoch</c>, going on from the newest readable checkpoint in the folder.
    /// </summary>
    /// <param name="resolved">The configuration.</param>
    /// <param name="runFolder">The run folder, made when it is missing.</param>
    /// <param name="options">Progress and notices.</param>
    /// <param name="cancellation">Interrupts after the current update; a checkpoint is written first.</param>
    /// <exception cref="UserException">Configuration, data, teacher or checkpoints that cannot work.</exception>
    /// <exception cref="OperationCanceledException">Interrupted; the checkpoint is written.</exception>
    public static TrainingSummary Run(ResolvedConfig<TokenizerTrainingConfig> resolved, string runFolder, TrainingOptions options,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(resolved);
        ArgumentNullException.ThrowIfNull(options);
        var config = resolved.Value;
        using var run = TrainingRun.Open(resolved, runFolder, options, options.Replicas);
        var sources = TokenizerSources.OfFirst(config, run.Folder, run.Replicas, run.Notice, cancellation);
        using var data = TokenizerSplits.Open(config, sources, run.Replicas, run.Notice);
        var (precision, why) = Precision(config.Common);
        run.Notice(why);
        using var task = new TokenizerTask(config, data, Network(config, data.Train.Teacher?.Dimensions), run.Replicas,
            PrecisionChoice.Device(config.Common), precision);
        return TrainingLoop.Run(run, task, cancellation);
    }

    /// <summary>
    /// The precision of a training on this machine, and a sentence for the log: float32 unless bf16 is asked for, which also decides how
    /// the teacher's features are computed.
    /// </summary>
    internal static (ComputePrecision Precision, string Why) Precision(CommonConfig common)
    {
        var (precision, why) = common is { Bf16: not true, Fp16: not true }
            ? (ComputePrecision.Float32, "float32, as tokenizers are trained unless common.bf16 is true")
            : PrecisionChoice.For(common);
        return precision == ComputePrecision.Float16 ? throw TokenizerTrainingFaults.NoFloat16() : (precision, why);
    }

    /// <summary>The network's settings under their released names.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="teacherWidth">Of the features; null without a teacher.</param>
    internal static TokenizerConfig Network(TokenizerTrainingConfig config, int? teacherWidth)
    {
        var model = config.Model;
        return TokenizerConfig.Of("model", new JsonObject
        {
            ["n_filters"] = model.NFilters,
            ["strides"] = new JsonArray([.. model.Strides.Select(stride => (JsonNode)stride)]),
            ["dimension"] = model.Dimension,
            ["semantic_dimension"] = model.SemanticDimension ?? teacherWidth ?? WidthWithoutTeacher,
            ["bidirectional"] = model.Bidirectional,
            ["dilation_base"] = model.DilationBase,
            ["residual_kernel_size"] = model.ResidualKernelSize,
            ["n_residual_layers"] = model.NResidualLayers,
            ["lstm_layers"] = model.LstmLayers,
            ["activation"] = model.Activation,
            ["codebook_size"] = model.CodebookSize,
            ["n_q"] = model.NQ,
            ["sample_rate"] = config.Task.SampleRate,
        });
    }
}
