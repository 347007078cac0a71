using HubertSharp.Models.Mel;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tensors;

namespace HubertSharp.Models;

/// <summary>
/// What a checkpoint holds beside the parameters: under fairseq's names the running statistics of the batch norm before the convolutional
/// positions, where a model has one (<c>conv_pos_batch_norm</c>), and what a log-mel front end normalises by.
/// </summary>
internal static class HubertBuffers
{
    public const string Mean = "encoder.pos_conv.0.running_mean", Variance = "encoder.pos_conv.0.running_var";

    /// <summary>Mean and deviation of each log-mel energy.</summary>
    public const string MelMean = "frontend.mean", MelDeviation = "frontend.deviation";

    /// <summary>Batches that went into them, which torch counts and nothing here is computed from.</summary>
    public const string Batches = "encoder.pos_conv.0.num_batches_tracked";

    /// <summary>Names and shapes.</summary>
    public static IReadOnlyList<ParameterSpec> Of(ModelConfig config)
    {
        var specs = new List<ParameterSpec>();
        if (config.ConvPosBatchNorm)
            specs.AddRange([Of(Mean, config.EncoderEmbedDim), Of(Variance, config.EncoderEmbedDim)]);
        if (MelShape.Of(config) is { } mel)
            specs.AddRange([Of(MelMean, mel.Bins), Of(MelDeviation, mel.Bins)]);
        return specs;

        static ParameterSpec Of(string name, long width) => new(name, [width], KeepFloat32: true);
    }
}
